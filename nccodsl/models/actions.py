"""The NCCO actions as the platform takes them: option names, types, ranges, defaults, meaning and sources.

Owns: the vocabulary of the nine actions, and of `pay` and other withdrawn options so that old documents are told apart
from misspelt ones. Does not own: objects within actions (settings), endpoints, the call body, how values are judged.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from annotated_types import Ge, Le, Len
from pydantic import Field, model_validator

from nccodsl.models.endpoints import ConnectEndpoint
from nccodsl.models.marks import (
    ABSENT,
    NCCO,
    OAS1,
    ONE_LINE,
    About,
    Aliases,
    AnyMap,
    Called,
    Deprecated,
    Excludes,
    Flag,
    Flat,
    Key,
    Kind,
    Known,
    Main,
    Needs,
    OneAdvised,
    OneUrl,
    OneWebhook,
    Says,
    Soft,
    Speech,
    Step,
    Text,
    Tolerated,
    Unit,
    Url,
    Vocabulary,
    Whole,
    Withdrawn,
)
from nccodsl.models.shared_options import (
    AdvancedMachineDetection,
    DtmfSettings,
    EventMethod,
    EventUrl,
    Legs,
    Method,
    SpeechSettings,
    Transcription,
)
from nccodsl.voice import cross

Loop = Annotated[Whole, Says("How often it is played; 0 is for ever")]
Level = Annotated[float, Ge(-1), Le(1), Step(0.1), Says("Volume, in steps of 0.1", f"{NCCO} (range), {OAS1} (step)")]
BargeIn = Annotated[
    Flag,
    Field(alias="bargeIn"),
    Needs("a later input"),
    Says("A pressed key or speech stops it and goes to the coming input; stays on until there"),
]
_PARAMETERS_GONE = Withdrawn("a notify action behind it")


class Action(Vocabulary):
    """Base of the actions. Its validator applies the rules between options that the judge applies."""

    about: ClassVar[About]

    @model_validator(mode="after")
    def _options_agree(self) -> Self:
        cross.insist(cross.action_rules(self.model_dump(by_alias=True, exclude_unset=True)))
        return self


class Talk(Action):
    about = About("Says a text.", blocks="unless barge_in", ends="loop=0 without barge_in")

    action: Literal["talk"]
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
        Says("Number of the voice within its language", f"{NCCO}, java-sdk (min)"),
    ] = 0
    premium: Annotated[Flag, Says("The style's better and dearer voice, where it has one")] = False
    provider: Annotated[
        str,
        Known(("google", "Google", "ElevenLabs", "Polly"), warn_always=True),
        Says("Speech engine of another provider", "ruby-sdk 7.35, dotnet-sdk 8.35"),
    ] = ABSENT
    provider_options: Annotated[
        AnyMap,
        Field(alias="providerOptions"),
        Needs("provider"),
        Says("Settings of that provider", "ruby-sdk 7.35, dotnet-sdk 8.35"),
    ] = ABSENT
    voice_name: Annotated[
        str,
        Kind("voice"),
        Field(alias="voiceName"),
        Deprecated("language and style"),
        Says("Name of the voice", "tts guide 2022"),
    ] = ABSENT
    event_on_completion: Annotated[
        Flag, Field(alias="eventOnCompletion"), _PARAMETERS_GONE, Says("An event at the end", "ruby-sdk 7.27-7.30")
    ] = ABSENT
    event_url: Annotated[
        OneWebhook, Field(alias="eventUrl"), _PARAMETERS_GONE, Says("Where that event went", "ruby-sdk 7.27-7.30")
    ] = ABSENT
    event_method: Annotated[
        Method, Field(alias="eventMethod"), _PARAMETERS_GONE, Says("How that event went", "ruby-sdk 7.27-7.30")
    ] = ABSENT


class Stream(Action):
    about = About("Plays an audio file.", blocks="unless barge_in", ends="loop=0 without barge_in")

    action: Literal["stream"]
    stream_url: Annotated[OneUrl, Field(alias="streamUrl"), Main(), Says("An mp3, or a 16-bit wav")]
    level: Level = 0
    barge_in: BargeIn = False
    loop: Loop = 1
    event_on_completion: Annotated[
        Flag, Field(alias="eventOnCompletion"), _PARAMETERS_GONE, Says("An event at the end", "ruby-sdk 7.27-7.30")
    ] = ABSENT
    event_url: Annotated[
        OneWebhook, Field(alias="eventUrl"), _PARAMETERS_GONE, Says("Where that event went", "ruby-sdk 7.27-7.30")
    ] = ABSENT
    event_method: Annotated[
        Method, Field(alias="eventMethod"), _PARAMETERS_GONE, Says("How that event went", "ruby-sdk 7.27-7.30")
    ] = ABSENT


class Record(Action):
    about = About(
        "Records the call or a part of it.", f"{NCCO}, kb", blocks="with end_on_silence, end_on_key or timeout"
    )

    action: Literal["record"]
    format: Annotated[Literal["mp3", "wav", "ogg"], Says("mp3; above 2 channels wav")] = "mp3"
    split: Annotated[Literal["conversation"], Says("Each participant on a channel of their own")] = ABSENT
    channels: Annotated[
        int,
        Ge(1),
        Le(32),
        Needs("split=conversation"),
        Says("Channels to record", f"{NCCO} (max), python-sdk, node-sdk (min)"),
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


class Conversation(Action):
    about = About("Joins a named conference.", blocks="always", ends="always")

    action: Literal["conversation"]
    name: Annotated[Text, Main(), Says("Name of the conference, scoped to application and region")]
    music_on_hold_url: Annotated[
        list[Url],
        Len(1),
        OneAdvised(bare=True),
        Field(alias="musicOnHoldUrl"),
        Says("An mp3 that plays until the conference starts"),
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
        Says("Legs that hear this caller; absent everyone, [] nobody"),
    ] = ABSENT
    can_hear: Annotated[
        Legs, Field(alias="canHear"), Says("Legs that this caller hears; absent everyone, [] nobody")
    ] = ABSENT
    mute: Annotated[Flag, Excludes(("can_speak",)), Says("Nobody hears this caller")] = False
    event_url: Annotated[OneWebhook, Says("Where the recording's event goes"), Field(alias="eventUrl")] = ABSENT
    event_method: EventMethod = "POST"
    transcription: Annotated[
        Transcription,
        Flat("transcription_"),
        Needs("record=true"),
        Says("Transcribe the recording; {} takes the defaults; beta, at most 2 hours"),
    ] = ABSENT


class Connect(Action):
    about = About("Connects the call to an endpoint.", blocks="always")

    action: Literal["connect"]
    endpoint: Annotated[list[ConnectEndpoint], Len(1, 1), Main(), Says("Whom to connect to")]
    from_: Annotated[
        str,
        Kind("caller"),
        Field(alias="from", pattern=ONE_LINE),
        Excludes(("random_from_number",)),
        Says("Number shown to a called phone, one of the account's; leave out for calls from an app user"),
    ] = ABSENT
    random_from_number: Annotated[
        Flag, Field(alias="randomFromNumber"), Excludes(("from",)), Says("Show any number linked to the application")
    ] = False
    event_type: Annotated[
        Literal["synchronous"],
        Field(alias="eventType"),
        Tolerated(("asynchronous",), "events are then not waited for, as without the option"),
        Says("Let the event webhook answer with a new NCCO"),
    ] = ABSENT
    timeout: Annotated[int, Ge(1), Le(120), Unit(), Says("How long it rings")] = 60
    limit: Annotated[int, Ge(1), Le(7200), Unit(), Says("Longest connection", f"{NCCO} (max), java-sdk (min)")] = 7200
    machine_detection: Annotated[
        Literal["continue", "hangup"],
        Field(alias="machineDetection"),
        Excludes(("advanced_machine_detection",)),
        Says("Go on or hang up when a machine answers"),
    ] = ABSENT
    advanced_machine_detection: Annotated[
        AdvancedMachineDetection,
        Field(alias="advancedMachineDetection"),
        Aliases(("advanced_machine_detection",)),
        Flat(),
        Says("Detect machines and their beep; wins over machine_detection"),
    ] = ABSENT
    event_url: EventUrl = ABSENT
    event_method: EventMethod = "POST"
    ringback_tone: Annotated[
        Url, Field(alias="ringbackTone"), Says("Sound that the caller hears while it rings; not for phones")
    ] = ABSENT


class Input(Action):
    about = About(
        "Waits for keys or speech and sends them to the event URL.",
        f"{NCCO}, dtmf guide",
        blocks="unless mode=asynchronous",
    )

    action: Literal["input"]
    type: Annotated[list[Literal["dtmf", "speech"]], Len(1, 2), Main(), Says("What to listen to")]
    mode: Annotated[
        Literal["synchronous", "asynchronous"], Says("asynchronous sends each key at once and takes no dtmf settings")
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
        Says("Old place of dtmf.timeOut", "legacy"),
    ] = ABSENT
    legacy_max_digits: Annotated[
        int,
        Ge(1),
        Le(20),
        Field(alias="maxDigits"),
        Deprecated("dtmf.maxDigits"),
        Says("Old place of dtmf.maxDigits", "legacy"),
    ] = ABSENT
    legacy_submit_on_hash: Annotated[
        Flag,
        Field(alias="submitOnHash"),
        Deprecated("dtmf.submitOnHash"),
        Says("Old place of dtmf.submitOnHash", "legacy"),
    ] = ABSENT


class Notify(Action):
    about = About("Sends data to a web address.", blocks="always")

    action: Literal["notify"]
    payload: Annotated[AnyMap, Main(), Says("The data")]
    event_url: Annotated[OneWebhook, Says("Where the data goes"), Field(alias="eventUrl")]
    event_method: EventMethod = "POST"


class Wait(Action):
    about = About("Pauses.", blocks="always")

    action: Literal["wait"]
    timeout: Annotated[float, Soft(0.1, 7200), Unit(), Main(), Says("How long; the platform clamps to 0.1..7200")] = 10


class Transfer(Action):
    about = About("Moves every leg of the call into another conversation.", blocks="always", ends="always")

    action: Literal["transfer"]
    conversation_id: Annotated[
        str,
        Field(alias="conversationId", pattern="^CON-"),
        Aliases(("conversation_id",)),
        Main(),
        Says("The conversation to join", f"{NCCO} (example), java-sdk 9.13, dotnet-sdk 8.35"),
    ]
    can_hear: Annotated[Legs, Field(alias="canHear"), Says("Legs that this caller hears")] = ABSENT
    can_speak: Annotated[Legs, Field(alias="canSpeak"), Excludes(("mute",)), Says("Legs that hear this caller")] = (
        ABSENT
    )
    mute: Annotated[Flag, Excludes(("can_speak",)), Says("Nobody hears this caller")] = False


_GONE = Withdrawn("a payment provider behind a step of your own, with input and notify")


class Pay(Vocabulary):
    """Known so that old documents are told what became of it."""

    about: ClassVar[About] = About("Took a payment by card.", "ncco-ref 2022", withdrawn=_GONE.replaced_by)

    action: Literal["pay"]
    amount: Annotated[float, Main(), Says("Amount to pay", "ncco-ref 2022")]
    currency: Annotated[str, Says("Currency", "ncco-ref 2022")] = "usd"
    event_url: Annotated[OneWebhook, Says("Where the result went", "ncco-ref 2022"), Field(alias="eventUrl")] = ABSENT
    prompts: Annotated[list[Any], Says("Texts of the prompts", "ncco-ref 2022")] = ABSENT
    voice: Annotated[AnyMap, Says("Voice of the prompts", "ncco-ref 2022")] = ABSENT


ACTIONS: tuple[type[Action] | type[Pay], ...] = (
    Talk,
    Stream,
    Record,
    Connect,
    Conversation,
    Input,
    Notify,
    Wait,
    Transfer,
    Pay,
)
NccoAction = Annotated[
    Talk | Stream | Record | Connect | Conversation | Input | Notify | Wait | Transfer, Field(discriminator="action")
]
