"""The body of `POST /v1/calls` and `POST /v2/calls`.

Owns: its fields, where the two versions differ, and which exclude each other. Does not own: endpoints, actions.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from annotated_types import Ge, Le, Len
from pydantic import Field, model_validator

from nccodsl.models.actions import NccoAction
from nccodsl.models.endpoints import CallEndpoint
from nccodsl.models.marks import (
    ABSENT,
    OAS1,
    OAS2,
    About,
    Excludes,
    Flag,
    Flat,
    Main,
    Needs,
    PhoneOrSip,
    Says,
    Undocumented,
    Unit,
    Vocabulary,
    Webhook,
)
from nccodsl.models.shared_options import AdvancedMachineDetection
from nccodsl.voice import cross
from nccodsl.voice.judge import judge_call

BOTH = f"{OAS1}, {OAS2}"


class From(Vocabulary):
    type: Annotated[Literal["phone"], Says("Always phone, also for a SIP URI", BOTH)]
    number: Annotated[PhoneOrSip, Main(), Says("A number of the account, or a SIP URI", f"{OAS1}, {OAS2}")]


class CreateCallV1(Vocabulary):
    about: ClassVar[About] = About("The call: its endpoint, its options and its actions.", BOTH)
    version: ClassVar[str] = "v1"

    to: Annotated[list[CallEndpoint], Len(1), Main(), Says("Endpoint to call", BOTH)]
    from_: Annotated[
        From, Field(alias="from"), Excludes(("random_from_number",)), Says("Number that the callee sees", BOTH)
    ] = ABSENT
    random_from_number: Annotated[
        Flag, Excludes(("from",)), Says("Show any number of the application", f"{OAS1}, {OAS2}")
    ] = False
    ncco: Annotated[list[NccoAction], Excludes(("answer_url",)), Says("Actions of the call", BOTH)] = ABSENT
    answer_url: Annotated[list[Webhook], Len(1, 1), Excludes(("ncco",)), Says("URL that returns the NCCO", BOTH)] = (
        ABSENT
    )
    answer_method: Annotated[Literal["GET", "POST"], Needs("answer_url"), Says("HTTP method of answer_url", BOTH)] = (
        "GET"
    )
    event_url: Annotated[
        list[Webhook], Len(1, 1), Says("URL for the events; required if the application has no event URL", BOTH)
    ] = ABSENT
    event_method: Annotated[Literal["POST", "GET"], Needs("event_url"), Says("HTTP method of the events", BOTH)] = (
        "POST"
    )
    machine_detection: Annotated[
        Literal["continue", "hangup"],
        Excludes(("advanced_machine_detection",)),
        Says("Continue or hang up when a machine answers", f"{OAS1}, {OAS2}"),
    ] = ABSENT
    advanced_machine_detection: Annotated[
        AdvancedMachineDetection, Flat(), Says("Detect machines and their beep; overrides machine_detection", OAS1)
    ] = ABSENT
    length_timer: Annotated[
        int, Ge(1), Le(86400), Unit(), Says("Maximum length of the call, from the answer", OAS1)
    ] = 7200
    ringing_timer: Annotated[int, Ge(1), Le(120), Unit(), Says("How long to let it ring", f"{OAS1}, {OAS2}")] = 60

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        cross.insist(judge_call(self.model_dump(), self.version))
        return self


_NOT_IN_V2 = Undocumented("W020")


class CreateCallV2(CreateCallV1):
    version: ClassVar[str] = "v2"

    random_from_number: Annotated[
        Flag, _NOT_IN_V2, Excludes(("from",)), Says("Show any number of the application", OAS2)
    ] = False
    advanced_machine_detection: Annotated[
        AdvancedMachineDetection,
        _NOT_IN_V2,
        Flat(),
        Says("Detect machines and their beep; overrides machine_detection", OAS1),
    ] = ABSENT
    length_timer: Annotated[int, Ge(1), Le(7200), Unit(), Says("Maximum length of the call, from the answer", OAS2)] = (
        7200
    )


CALLS: dict[str, type[CreateCallV1]] = {"v1": CreateCallV1, "v2": CreateCallV2}
