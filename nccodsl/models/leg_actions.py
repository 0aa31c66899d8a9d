"""The actions that join legs: connect, conversation, transfer.

Owns: their options. Does not own: endpoints, the objects within actions (shared_options), how values are judged.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le, Len
from pydantic import Field

from nccodsl.models.action import Action
from nccodsl.models.endpoints import ConnectEndpoint
from nccodsl.models.marks import (
    ABSENT,
    NCCO,
    ONE_LINE,
    About,
    Aliases,
    Excludes,
    Flag,
    Flat,
    Kind,
    Main,
    Needs,
    OneAdvised,
    OneWebhook,
    Says,
    Text,
    Tolerated,
    Unit,
    Url,
    When,
)
from nccodsl.models.shared_options import (
    AdvancedMachineDetection,
    EventMethod,
    EventUrl,
    Legs,
    Transcription,
)


class Conversation(Action):
    about = About(
        "Joins a named conference.",
        blocks=When(),
        ends=When(because="a conversation, which its caller leaves by hanging up"),
        joins=True,
    )

    action: Literal["conversation"] = "conversation"
    name: Annotated[Text, Main(), Says("Name of the conference, scoped to application and region")]
    music_on_hold_url: Annotated[
        list[Url],
        Len(1),
        OneAdvised(bare=True),
        Field(alias="musicOnHoldUrl"),
        Says("URL of an mp3 that plays until the conference starts"),
    ] = ABSENT
    start_on_enter: Annotated[
        Flag, Field(alias="startOnEnter"), Says("The conference starts when this caller joins")
    ] = True
    end_on_exit: Annotated[Flag, Field(alias="endOnExit"), Says("The conference ends when this caller leaves")] = False
    record: Annotated[Flag, Says("Record the conference")] = False
    can_speak: Annotated[
        Legs,
        Field(alias="canSpeak"),
        Excludes(("mute",)),
        Says("Legs that hear this caller; default: all; []: none"),
    ] = ABSENT
    can_hear: Annotated[Legs, Field(alias="canHear"), Says("Legs that this caller hears; default: all; []: none")] = (
        ABSENT
    )
    mute: Annotated[Flag, Excludes(("can_speak",)), Says("Mute this caller")] = False
    event_url: Annotated[OneWebhook, Says("URL for the event about the recording"), Field(alias="eventUrl")] = ABSENT
    event_method: EventMethod = "POST"
    transcription: Annotated[
        Transcription,
        Flat("transcription_"),
        Needs("record=true"),
        Says("Transcribe the recording; {} uses the defaults; beta, at most 2 hours"),
    ] = ABSENT


class Connect(Action):
    about = About(
        "Connects the call to an endpoint.",
        blocks=When(),
        outcomes=("busy", "timeout", "rejected", "failed", "unanswered", "completed"),
    )

    action: Literal["connect"] = "connect"
    endpoint: Annotated[list[ConnectEndpoint], Len(1, 1), Main(), Says("Endpoint to connect to")]
    from_: Annotated[
        str,
        Kind("caller"),
        Field(alias="from", pattern=ONE_LINE),
        Excludes(("random_from_number",)),
        Says("Number that a called phone shows, one of your account; leave it out for calls from an app user"),
    ] = ABSENT
    random_from_number: Annotated[
        Flag, Field(alias="randomFromNumber"), Excludes(("from",)), Says("Show any number of the application")
    ] = False
    event_type: Annotated[
        Literal["synchronous"],
        Field(alias="eventType"),
        Tolerated(("asynchronous",), "events are then not waited for, as without the option"),
        Says("Let the event webhook return a new NCCO"),
    ] = ABSENT
    timeout: Annotated[int, Ge(1), Le(120), Unit(), Says("How long to let it ring")] = 60
    limit: Annotated[
        int, Ge(1), Le(7200), Unit(), Says("Maximum length of the connection", f"{NCCO} (max), Java SDK (min)")
    ] = 7200
    machine_detection: Annotated[
        Literal["continue", "hangup"],
        Field(alias="machineDetection"),
        Excludes(("advanced_machine_detection",)),
        Says("Continue or hang up when a machine answers"),
    ] = ABSENT
    advanced_machine_detection: Annotated[
        AdvancedMachineDetection,
        Field(alias="advancedMachineDetection"),
        Aliases(("advanced_machine_detection",)),
        Flat(),
        Says("Detect machines and their beep; overrides machine_detection"),
    ] = ABSENT
    event_url: EventUrl = ABSENT
    event_method: EventMethod = "POST"
    ringback_tone: Annotated[
        Url, Field(alias="ringbackTone"), Says("URL of the sound that the caller hears while it rings; not for phones")
    ] = ABSENT


class Transfer(Action):
    about = About(
        "Moves every leg of the call into another conversation.",
        blocks=When(),
        ends=When(because="a transfer, which hands the call over for good"),
        joins=True,
    )

    action: Literal["transfer"] = "transfer"
    conversation_id: Annotated[
        str,
        Field(alias="conversationId", pattern="^CON-"),
        Aliases(("conversation_id",)),
        Main(),
        Says("The conversation to join", f"{NCCO} (example), Java SDK 9.13, .NET SDK 8.35"),
    ]
    can_hear: Annotated[Legs, Field(alias="canHear"), Says("Legs that this caller hears")] = ABSENT
    can_speak: Annotated[Legs, Field(alias="canSpeak"), Excludes(("mute",)), Says("Legs that hear this caller")] = (
        ABSENT
    )
    mute: Annotated[Flag, Excludes(("can_speak",)), Says("Mute this caller")] = False
