"""The NCCO actions as the platform takes them: option names, types, ranges, defaults, meaning and sources.

Owns: the vocabulary of the actions, and of `pay` and other withdrawn options so that old documents are distinguished
from misspelt ones. Does not own: objects within actions (shared_options), endpoints, the call body, how values are
judged.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from annotated_types import Ge, Le, Len
from pydantic import ConfigDict, Field, RootModel, model_validator

from nccodsl.models.action import Action
from nccodsl.models.leg_actions import Connect, Conversation, Transfer
from nccodsl.models.marks import (
    ABSENT,
    NCCO,
    About,
    AnyMap,
    Deprecated,
    Excludes,
    Flag,
    Flat,
    Main,
    Needs,
    OneWebhook,
    Says,
    Soft,
    Unit,
    Vocabulary,
    When,
    Withdrawn,
)
from nccodsl.models.shared_options import (
    DtmfSettings,
    EventMethod,
    EventUrl,
    SpeechSettings,
)
from nccodsl.models.sound_actions import Record, Stream, Talk
from nccodsl.voice import cross
from nccodsl.voice.judge import judge_ncco


class Input(Action):
    about = About(
        "Waits for keys or speech and sends them to the event URL.",
        f"{NCCO}, dtmf guide",
        blocks=When(unless=("mode", "asynchronous")),
    )

    action: Literal["input"] = "input"
    type: Annotated[list[Literal["dtmf", "speech"]], Len(1, 2), Main(), Says("What to wait for: keys, speech or both")]
    mode: Annotated[
        Literal["synchronous", "asynchronous"], Says("asynchronous sends each key at once, and allows no dtmf settings")
    ] = "synchronous"
    dtmf: Annotated[
        DtmfSettings, Flat(), Needs("type dtmf"), Excludes(("mode=asynchronous",)), Says("Settings for keys")
    ] = ABSENT
    speech: Annotated[SpeechSettings, Flat(), Needs("type speech"), Says("Settings for speech")] = ABSENT
    event_url: EventUrl = ABSENT
    event_method: EventMethod = "POST"
    legacy_timeout: Annotated[
        int,
        Ge(0),
        Le(10),
        Unit(),
        Field(alias="timeOut"),
        Deprecated("dtmf.timeOut"),
        Says("Former name of dtmf.timeOut", "legacy"),
    ] = ABSENT
    legacy_max_digits: Annotated[
        int,
        Ge(1),
        Le(20),
        Field(alias="maxDigits"),
        Deprecated("dtmf.maxDigits"),
        Says("Former name of dtmf.maxDigits", "legacy"),
    ] = ABSENT
    legacy_submit_on_hash: Annotated[
        Flag,
        Field(alias="submitOnHash"),
        Deprecated("dtmf.submitOnHash"),
        Says("Former name of dtmf.submitOnHash", "legacy"),
    ] = ABSENT


class Notify(Action):
    about = About("Sends data to a web address.", blocks=When())

    action: Literal["notify"] = "notify"
    payload: Annotated[AnyMap, Main(), Says("The data to send")]
    event_url: Annotated[OneWebhook, Says("URL for the data"), Field(alias="eventUrl")]
    event_method: EventMethod = "POST"


class Wait(Action):
    about = About("Pauses.", blocks=When())

    action: Literal["wait"] = "wait"
    timeout: Annotated[
        float, Soft(0.1, 7200), Unit(), Main(), Says("How long to wait; the platform limits it to 0.1 to 7200 s")
    ] = 10


_GONE = Withdrawn("a payment provider behind a step of your own, with input and notify")


class Pay(Vocabulary):
    """Known so that messages about old documents can say what became of it."""

    about: ClassVar[About] = About("Took a card payment.", "NCCO reference of 2022", withdrawn=_GONE.replaced_by)

    action: Literal["pay"] = "pay"
    amount: Annotated[float, Main(), Says("Amount to pay", "NCCO reference of 2022")]
    currency: Annotated[str, Says("Currency", "NCCO reference of 2022")] = "usd"
    event_url: Annotated[OneWebhook, Says("URL for the result", "NCCO reference of 2022"), Field(alias="eventUrl")] = (
        ABSENT
    )
    prompts: Annotated[list[Any], Says("Texts of the prompts", "NCCO reference of 2022")] = ABSENT
    voice: Annotated[AnyMap, Says("Voice of the prompts", "NCCO reference of 2022")] = ABSENT


NccoAction = Annotated[
    Talk | Stream | Record | Connect | Conversation | Input | Notify | Wait | Transfer, Field(discriminator="action")
]
ACTIONS: tuple[type[Action] | type[Pay], ...] = (*get_args(get_args(NccoAction)[0]), Pay)
"""All of them, in the order of the catalogue: what exists, and what was withdrawn."""


class Ncco(RootModel[list[NccoAction]]):
    """A list of actions, which the platform runs in order."""

    model_config = ConfigDict(frozen=True, strict=True)

    @model_validator(mode="after")
    def _actions_agree(self) -> Self:
        cross.insist(judge_ncco(self.model_dump()))
        return self
