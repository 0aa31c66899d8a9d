"""The actions that make or keep sound: talk, stream, record.

Owns: their options. Does not own: the objects within them (shared_options), how values are judged.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le, Len
from pydantic import Field

from nccodsl.models.action import Action
from nccodsl.models.marks import (
    ABSENT,
    NCCO,
    OAS1,
    About,
    AnyMap,
    Called,
    Deprecated,
    Flag,
    Flat,
    Key,
    Kind,
    Known,
    Main,
    Needs,
    OneUrl,
    OneWebhook,
    Says,
    Speech,
    Step,
    Unit,
    When,
    Whole,
    Withdrawn,
)
from nccodsl.models.shared_options import (
    EventMethod,
    EventUrl,
    Method,
    Transcription,
)

Loop = Annotated[Whole, Says("How often it is played; 0 is for ever")]
Level = Annotated[float, Ge(-1), Le(1), Step(0.1), Says("Volume, in steps of 0.1", f"{NCCO} (range), {OAS1} (step)")]
BargeIn = Annotated[
    Flag,
    Field(alias="bargeIn"),
    Needs("a later input"),
    Says("A pressed key or speech stops it and goes to the coming input; stays on until there"),
]
_PARAMETERS_GONE = Withdrawn("a notify action behind it")
EventOnCompletion = Annotated[
    Flag, Field(alias="eventOnCompletion"), _PARAMETERS_GONE, Says("An event at the end", "Ruby SDK 7.27-7.30")
]
CompletionUrl = Annotated[
    OneWebhook, Field(alias="eventUrl"), _PARAMETERS_GONE, Says("Where that event went", "Ruby SDK 7.27-7.30")
]
CompletionMethod = Annotated[
    Method, Field(alias="eventMethod"), _PARAMETERS_GONE, Says("How that event went", "Ruby SDK 7.27-7.30")
]


class Talk(Action):
    about = About(
        "Says a text.",
        blocks=When(unless=("barge_in", True)),
        ends=When(equal=("loop", 0), unless=("barge_in", True), because="a talk that is repeated forever"),
        plays=True,
    )

    action: Literal["talk"] = "talk"
    text: Annotated[
        Speech, Len(1), Main(), Says("What is said; plain text or SSML in <speak>; 1500 characters without tags")
    ]
    barge_in: BargeIn = False
    loop: Loop = 1
    level: Level = 0
    language: Annotated[str, Kind("tts_language"), Says("Language of the voice")] = "en-US"
    style: Annotated[
        Whole,
        Called(("voice", "voicestyle")),
        Says("Number of the voice within its language", f"{NCCO}, Java SDK (min)"),
    ] = 0
    premium: Annotated[Flag, Says("The style's better and dearer voice, where it has one")] = False
    provider: Annotated[
        str,
        Known(("google", "Google", "ElevenLabs", "Polly"), warn_always=True),
        Says("Speech engine of another provider", "Ruby SDK 7.35, .NET SDK 8.35"),
    ] = ABSENT
    provider_options: Annotated[
        AnyMap,
        Field(alias="providerOptions"),
        Needs("provider"),
        Says("Settings of that provider", "Ruby SDK 7.35, .NET SDK 8.35"),
    ] = ABSENT
    voice_name: Annotated[
        str,
        Kind("voice"),
        Field(alias="voiceName"),
        Deprecated("language and style"),
        Says("Name of the voice", "text to speech guide"),
    ] = ABSENT
    event_on_completion: EventOnCompletion = ABSENT
    event_url: CompletionUrl = ABSENT
    event_method: CompletionMethod = ABSENT


class Stream(Action):
    about = About(
        "Plays an audio file.",
        blocks=When(unless=("barge_in", True)),
        ends=When(equal=("loop", 0), unless=("barge_in", True), because="a stream that is repeated forever"),
        plays=True,
    )

    action: Literal["stream"] = "stream"
    stream_url: Annotated[OneUrl, Field(alias="streamUrl"), Main(), Says("An mp3, or a 16-bit wav")]
    level: Level = 0
    barge_in: BargeIn = False
    loop: Loop = 1
    event_on_completion: EventOnCompletion = ABSENT
    event_url: CompletionUrl = ABSENT
    event_method: CompletionMethod = ABSENT


class Record(Action):
    about = About(
        "Records the call or a part of it.",
        f"{NCCO}, support articles",
        blocks=When(given=("end_on_silence", "end_on_key", "timeout")),
    )

    action: Literal["record"] = "record"
    format: Annotated[Literal["mp3", "wav", "ogg"], Says("mp3; above 2 channels wav")] = "mp3"
    split: Annotated[Literal["conversation"], Says("Each participant on a channel of their own")] = ABSENT
    channels: Annotated[
        int,
        Ge(1),
        Le(32),
        Needs("split=conversation"),
        Says("Channels to record", f"{NCCO} (max), Python SDK, Node SDK (min)"),
    ] = ABSENT
    end_on_silence: Annotated[
        int, Ge(3), Le(10), Unit(), Field(alias="endOnSilence"), Says("Stop after so much silence")
    ] = ABSENT
    end_on_key: Annotated[Key, Field(alias="endOnKey"), Says("Stop when this key is pressed")] = ABSENT
    timeout: Annotated[int, Ge(3), Le(7200), Unit(), Field(alias="timeOut"), Says("Longest recording")] = ABSENT
    beep_start: Annotated[Flag, Field(alias="beepStart"), Says("A beep when recording starts")] = False
    event_url: EventUrl = ABSENT
    event_method: EventMethod = "POST"
    transcription: Annotated[
        Transcription,
        Flat("transcription_"),
        Says("Transcribe the recording; {} takes the defaults; beta, at most 2 hours"),
    ] = ABSENT
