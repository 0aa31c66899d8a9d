"""The objects that stand within actions, and the options that several actions share.

Owns: transcription, machine detection, and what an input says about keys and speech. Does not own: the actions.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le, Len
from pydantic import Field

from nccodsl.models.marks import (
    ABSENT,
    NCCO,
    OAS1,
    AnyMap,
    Flag,
    Kind,
    Known,
    Needs,
    OneAdvised,
    OptionalWebhook,
    Says,
    Soft,
    Text,
    Unit,
    Vocabulary,
)

Method = Literal["POST", "GET"]
Language = Annotated[str, Kind("asr_language")]
Legs = list[str]

EventUrl = Annotated[
    OptionalWebhook, Says("URL for the events; default: the event URL of the application"), Field(alias="eventUrl")
]
EventMethod = Annotated[Method, Says("HTTP method of the events"), Field(alias="eventMethod"), Needs("event_url")]


class Transcription(Vocabulary):
    language: Annotated[Language, Says("Language of the recording", f"{NCCO}, recording guide")] = "en-US"
    event_url: Annotated[
        OptionalWebhook, Says("URL for the event about the transcription"), Field(alias="eventUrl")
    ] = ABSENT
    event_method: EventMethod = "POST"
    sentiment_analysis: Annotated[
        Flag, Field(alias="sentimentAnalysis"), Says("Score each segment from -1 to 1; developer preview")
    ] = False


class AdvancedMachineDetection(Vocabulary):
    behavior: Annotated[Literal["continue", "hangup"], Says("Continue or hang up when a machine answers", OAS1)] = (
        ABSENT
    )
    mode: Annotated[
        Literal["default", "detect", "detect_beep"],
        Says("default detects while the NCCO plays; detect and detect_beep detect before it", OAS1),
    ] = "detect"
    beep_timeout: Annotated[
        int, Ge(30), Le(120), Soft(min=45), Unit(), Says("How long to wait for a beep", f"{OAS1}, PHP SDK 4.14")
    ] = ABSENT


class DtmfSettings(Vocabulary):
    timeout: Annotated[
        int,
        Ge(0),
        Le(10),
        Soft(min=1),
        Unit(),
        Field(alias="timeOut"),
        Says("How long to wait after the last key", f"{NCCO} (max), java/python SDKs (min)"),
    ] = 3
    max_digits: Annotated[int, Ge(1), Le(20), Field(alias="maxDigits"), Says("Maximum number of keys")] = 4
    submit_on_hash: Annotated[Flag, Field(alias="submitOnHash"), Says("The # key ends the entry")] = False


class SpeechSettings(Vocabulary):
    uuid: Annotated[list[Text], Len(1), OneAdvised(), Says("Leg to listen to; default: the first that joined")] = ABSENT
    end_on_silence: Annotated[
        float, Ge(0.4), Le(10), Unit(), Field(alias="endOnSilence"), Says("Length of the silence that ends the speech")
    ] = 2
    language: Annotated[Language, Says("Language of the speech")] = "en-US"
    context: Annotated[list[str], Says("Words that the caller is likely to say")] = ABSENT
    start_timeout: Annotated[
        int, Ge(1), Le(60), Unit(), Field(alias="startTimeout"), Says("How long to wait for speech to start")
    ] = 10
    max_duration: Annotated[
        int, Ge(1), Le(60), Unit(), Field(alias="maxDuration"), Says("Maximum length of the speech")
    ] = 60
    save_audio: Annotated[Flag, Field(alias="saveAudio"), Says("Keep the recorded speech")] = False
    sensitivity: Annotated[int, Ge(10), Le(100), Says("How easily a sound counts as speech")] = 90
    provider: Annotated[
        str, Known(("google",)), Says("Speech engine of another provider", "speech to text guide, .NET SDK 8.35")
    ] = ABSENT
    provider_options: Annotated[
        AnyMap,
        Field(alias="providerOptions"),
        Needs("provider"),
        Says("Settings for the provider", "speech to text guide, Ruby SDK 7.35"),
    ] = ABSENT
