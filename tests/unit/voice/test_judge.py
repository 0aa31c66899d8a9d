"""Every rule of the NCCO and Voice API references: what is in, what is out, and where it is reported."""

from __future__ import annotations

from typing import Any

import pytest

from nccodsl.voice.judge import judge_action, judge_call, judge_document, judge_ncco
from nccodsl.voice.problems import MISSING

PHONE = {"type": "phone", "number": "14155550101"}
WS = {"type": "websocket", "uri": "wss://example.com/s", "content-type": "audio/l16;rate=16000"}
SIP = {"type": "sip", "uri": "sip:ann@example.com"}
URL = ["https://example.com/e"]
INPUT = {"action": "input", "type": ["dtmf"]}
BARGE = {"action": "talk", "text": "a", "bargeIn": True}
MUSIC = {"action": "stream", "streamUrl": URL}


def codes(problems: Any) -> set[str]:
    return {f"{p.code} /{'/'.join(map(str, p.path))}" for p in problems}


def connect(**more: Any) -> dict[str, Any]:
    return {"action": "connect", "endpoint": [PHONE], "from": "14155550100", **more}


def conn(endpoint: Any, **more: Any) -> dict[str, Any]:
    return {"action": "connect", "endpoint": [endpoint], **more}


def call(**more: Any) -> dict[str, Any]:
    body = {"to": [PHONE], "from": {"type": "phone", "number": "14155550100"}, "ncco": [], **more}
    return {key: value for key, value in body.items() if value is not None}


# Each row: the actions of an NCCO, and all that is found in them.
NCCOS: list[tuple[str, list[Any], set[str]]] = [
    ("bare string", [{"action": "record", "timeOut": 5, "eventUrl": URL[0]}], {"E317 /0/eventUrl"}),
    (
        "in transcription",
        [{"action": "record", "timeOut": 5, "transcription": {"eventUrl": URL[0]}}],
        {"E317 /0/transcription/eventUrl"},
    ),
    ("array", [{"action": "record", "timeOut": 5, "eventUrl": URL}], set()),
    ("input next", [BARGE, INPUT], set()),
    ("no input", [BARGE], {"E404 /0/bargeIn"}),
    ("something between", [BARGE, {"action": "wait"}, INPUT], {"E404 /0/bargeIn"}),
    ("talk between", [BARGE, {"action": "talk", "text": "b"}, INPUT], set()),
    ("mixed", [BARGE, MUSIC, INPUT], {"W015 /1"}),
    ("mixed, and no input", [BARGE, MUSIC], {"E404 /0/bargeIn"}),
    ("mixed, and an input too late", [BARGE, MUSIC, {"action": "wait", "timeout": 1}, INPUT], {"E404 /0/bargeIn"}),
    ("off again", [BARGE, {"action": "talk", "text": "b", "bargeIn": False}, INPUT], {"W014 /1/bargeIn"}),
    ("off behind the input", [BARGE, INPUT, {"action": "talk", "text": "b", "bargeIn": False}], set()),
    ("channels alone", [{"action": "record", "timeOut": 5, "channels": 2}], {"E403 /0/channels"}),
    ("with split", [{"action": "record", "timeOut": 5, "channels": 2, "split": "conversation"}], set()),
    ("mute", [{"action": "conversation", "name": "a", "canSpeak": [], "mute": True}], {"E402 /0/mute"}),
    ("no mute", [{"action": "conversation", "name": "a", "canSpeak": [], "mute": False}], {"W021 /0/mute"}),
    (
        "transfer",
        [{"action": "transfer", "conversationId": "CON-1", "canSpeak": ["x"], "mute": True}],
        {"E402 /0/mute"},
    ),
    ("no record", [{"action": "conversation", "name": "a", "transcription": {}}], {"E403 /0/transcription"}),
    ("record", [{"action": "conversation", "name": "a", "transcription": {}, "record": True}], set()),
    ("both", [connect(randomFromNumber=True)], {"E402 /0/from"}),
    ("false", [connect(randomFromNumber=False)], set()),
    ("two", [{**connect(), "endpoint": [PHONE, PHONE]}], {"E310 /0/endpoint"}),
    ("none", [{**connect(), "endpoint": []}], {"E310 /0/endpoint"}),
    ("bare", [{**connect(), "endpoint": PHONE}], {"E317 /0/endpoint"}),
    ("uri", [conn(SIP)], set()),
    ("user and domain", [conn({"type": "sip", "user": "a", "domain": "d"})], set()),
    ("both", [conn({**SIP, "domain": "d"})], {"E402 /0/endpoint/0/domain"}),
    ("neither", [conn({"type": "sip"})], {"E401 /0/endpoint/0/uri"}),
    ("user alone", [conn({"type": "sip", "user": "a"})], {"E403 /0/endpoint/0/user"}),
    ("domain alone", [conn({"type": "sip", "domain": "d"})], {"W023 /0/endpoint/0/domain"}),
    ("no type", [{"action": "input", "dtmf": {}}], {"E407 /0"}),
    ("empty type", [{"action": "input", "type": []}], {"E310 /0/type"}),
    ("other settings", [{**INPUT, "speech": {}}], {"E403 /0/speech"}),
    ("settings", [{**INPUT, "dtmf": {}}], set()),
    ("asynchronous with settings", [{**INPUT, "mode": "asynchronous", "dtmf": {"maxDigits": 1}}], {"E402 /0/dtmf"}),
    ("no settings", [{**INPUT, "mode": "asynchronous"}], set()),
    (
        "both detections",
        [connect(machineDetection="hangup", advancedMachineDetection={})],
        {"W012 /0/machineDetection"},
    ),
    (
        "alias",
        [connect(machineDetection="hangup", advanced_machine_detection={})],
        {"W012 /0/machineDetection", "W016 /0/advanced_machine_detection"},
    ),
    ("1500", [{"action": "talk", "text": "a" * 1500}], set()),
    ("1501", [{"action": "talk", "text": "a" * 1501}], {"E311 /0/text"}),
    ("tags", [{"action": "talk", "text": f"<speak>{'a' * 1499}<break time='1s'/>b</speak>"}], set()),
    ("tags, long", [{"action": "talk", "text": f"<speak>{'a' * 1501}</speak>"}], {"E311 /0/text"}),
    (
        "authorization without value",
        [conn({**WS, "authorization": {"type": "custom"}})],
        {"E401 /0/endpoint/0/authorization/value"},
    ),
    ("value", [conn({**WS, "authorization": {"type": "custom", "value": "x"}})], set()),
    ("vonage", [conn({**WS, "authorization": {"value": "x"}})], {"W021 /0/endpoint/0/authorization/value"}),
    ("talk", [{"action": "talk", "text": "a", "providerOptions": {}}], {"W021 /0/providerOptions"}),
    (
        "speech",
        [{"action": "input", "type": ["speech"], "speech": {"providerOptions": {}}}],
        {"W021 /0/speech/providerOptions"},
    ),
    ("detection of a SIP leg", [conn(SIP, machineDetection="hangup")], {"W022 /0/machineDetection"}),
    ("method without address", [{"action": "record", "timeOut": 5, "eventMethod": "GET"}], {"W021 /0/eventMethod"}),
    ("transfer", [{"action": "transfer", "conversationId": "CON-1"}, INPUT, INPUT], {"W013 /1"}),
    ("conversation", [{"action": "conversation", "name": "a"}, INPUT], {"W013 /1"}),
    ("loop 0", [{"action": "talk", "text": "a", "loop": 0}, INPUT], {"W013 /1"}),
    ("loop 0 barged into", [{**BARGE, "loop": 0}, INPUT], set()),
    (
        "channels in mp3",
        [{"action": "record", "timeOut": 5, "channels": 3, "split": "conversation", "format": "mp3"}],
        {"W023 /0/format"},
    ),
    ("withdrawn action", [{"action": "pay", "amount": 1}], {"E405 /0/action"}),
    ("withdrawn option", [{"action": "talk", "text": "a", "eventOnCompletion": True}], {"E406 /0/eventOnCompletion"}),
    ("withdrawn events", [{"action": "stream", "streamUrl": URL, "eventUrl": URL}], {"E406 /0/eventUrl"}),
    ("unknown action", [{"action": "Talk", "text": "a"}], {"E209 /0/action"}),
    ("no action", [{}], {"E401 /0/action"}),
    ("no object", ["talk"], {"E301 /0"}),
    ("unknown option", [{"action": "wait", "until": 1}], {"E202 /0/until"}),
    ("other spelling", [{"action": "talk", "text": "a", "barge_in": False}], {"E203 /0/barge_in"}),
    ("alias", [{"action": "transfer", "conversation_id": "CON-1"}], {"W016 /0/conversation_id"}),
    ("deprecated", [{"action": "talk", "text": "a", "voiceName": "Amy"}], {"W001 /0/voiceName"}),
    ("unknown voice", [{"action": "talk", "text": "a", "voiceName": "X"}], {"W001 /0/voiceName", "W008 /0/voiceName"}),
    ("unknown style", [{"action": "talk", "text": "a", "language": "af-ZA", "style": 9}], {"W008 /0/style"}),
    ("unknown language", [{"action": "talk", "text": "a", "language": "xx"}], {"W007 /0/language"}),
    ("http", [connect(eventUrl=["http://example.com"])], {"W002 /0/eventUrl/0"}),
    ("ringback", [connect(ringbackTone=URL[0])], {"W003 /0/ringbackTone"}),
    ("record at the end", [{"action": "record"}], {"W005 /0"}),
    ("record", [{"action": "record"}, {"action": "wait"}], set()),
    ("no caller", [conn(PHONE)], {"W011 /0"}),
    ("caller", [connect(**{"from": "0044"})], {"E303 /0/from"}),
    ("caller of an app", [conn({"type": "app", "user": "a"}, **{"from": "Ann"})], set()),
    ("two urls", [connect(eventUrl=URL * 2)], {"W019 /0/eventUrl"}),
    (
        "line ends in headers",
        [conn({"type": "sip", "uri": "sip:a@b.c", "headers": {"a\r\nb": 1, "c": ["d\n"], "e": "f"}})],
        {"E313 /0/endpoint/0/headers/a\r\nb", "E313 /0/endpoint/0/headers/c"},
    ),
    (
        "a line end in User-to-User",
        [conn({"type": "sip", "uri": "sip:a@b.c", "standardHeaders": {"User-to-User": "a\r\nb"}})],
        {"E313 /0/endpoint/0/standardHeaders/User-to-User"},
    ),
    ("empty event address", [{**INPUT, "eventUrl": []}], {"W021 /0/eventUrl"}),
    ("empty address that is needed", [{"action": "notify", "payload": {}, "eventUrl": []}], {"E310 /0/eventUrl"}),
    ("asynchronous events", [connect(eventType="asynchronous")], {"W019 /0/eventType"}),
    ("other events", [connect(eventType="sometimes")], {"E302 /0/eventType"}),
    ("a number as caller", [connect(**{"from": 14155550100})], {"W035 /0/from"}),
    ("no number as caller", [connect(**{"from": 5})], {"E301 /0/from"}),
    ("bare music", [{"action": "conversation", "name": "a", "musicOnHoldUrl": URL[0]}], {"W018 /0/musicOnHoldUrl"}),
    ("null", [{"action": "wait", "timeout": None}], {"E301 /0/timeout"}),
    ("provider", [{"action": "talk", "text": "a", "provider": "google"}], {"W027 /0/provider"}),
    ("data URL", [{"action": "stream", "streamUrl": ["data:audio/mp3;base64,"]}], {"E305 /0/streamUrl/0"}),
    ("relative URL", [{"action": "stream", "streamUrl": ["/a.mp3"]}], {"E305 /0/streamUrl/0"}),
    ("empty URL", [{"action": "stream", "streamUrl": [""]}], {"E314 /0/streamUrl/0"}),
    ("no URL", [{"action": "stream", "streamUrl": []}], {"E310 /0/streamUrl"}),
    ("localhost", [{"action": "stream", "streamUrl": ["http://localhost:8000/a"]}], set()),
    ("ws scheme", [conn({**WS, "uri": "https://example.com"})], {"E308 /0/endpoint/0/uri"}),
    ("sip scheme", [conn({"type": "sip", "uri": "ann@example.com"})], {"E306 /0/endpoint/0/uri"}),
    ("long sip", [conn({"type": "sip", "uri": f"sip:{'a' * 50}"})], {"W019 /0/endpoint/0/uri"}),
    ("headers", [conn({**WS, "headers": {"a": "b" * 504}})], set()),
    ("headers too large", [conn({**WS, "headers": {"a": "b" * 505}})], {"E312 /0/endpoint/0/headers"}),
    ("rate", [conn({**WS, "content-type": "audio/l16;rate=44100"})], {"W019 /0/endpoint/0/content-type"}),
    ("content type", [conn({**WS, "content-type": "audio/mp3"})], {"E302 /0/endpoint/0/content-type"}),
    ("dtmf w", [connect(endpoint=[{**PHONE, "dtmfAnswer": "1w2"}])], {"E307 /0/endpoint/0/dtmfAnswer"}),
    ("shaken", [connect(endpoint=[{**PHONE, "shaken": "x"}])], {"E313 /0/endpoint/0/shaken"}),
    (
        "user to user",
        [conn({**SIP, "standardHeaders": {"User-to-User": "a" * 257}})],
        {"E311 /0/endpoint/0/standardHeaders/User-to-User"},
    ),
    ("payload", [{"action": "notify", "payload": {}, "eventUrl": URL}], set()),
    ("no payload", [{"action": "notify", "eventUrl": URL}], {"E401 /0/payload"}),
]


@pytest.mark.parametrize(("actions", "wanted"), [row[1:] for row in NCCOS], ids=[row[0] for row in NCCOS])
def test_ncco(actions: list[Any], wanted: set[str]) -> None:
    assert codes(judge_ncco(actions)) == wanted


RECORD = {"action": "record", "split": "conversation"}
# Each row: an object that lacks one option, the option's path, and values that are just in, just out, warned of.
RANGES: list[tuple[dict[str, Any], str, list[Any], list[Any], list[Any]]] = [
    (RECORD, "channels", [1, 32], [0, 33, 2.5], ["2"]),
    (RECORD, "endOnSilence", [3, 10], [2, 11, 3.5, True], ["3"]),
    (RECORD, "timeOut", [3, 7200], [2, 7201, "x"], ["3"]),
    (RECORD, "endOnKey", ["0", "*", "#"], ["", "12", "a", 1], []),
    (RECORD, "format", ["mp3", "wav", "ogg"], ["doc", "MP3", 3], []),
    (RECORD, "beepStart", [True, False], [1, "yes", "True"], ["true"]),
    (RECORD, "split", ["conversation"], ["legs"], []),
    (connect(), "timeout", [1, 120], [0, 121], ["60"]),
    (connect(), "limit", [1, 7200], [0, 7201], []),
    (connect(), "eventType", ["synchronous"], ["sometimes", "Asynchronous"], ["asynchronous"]),
    (connect(), "machineDetection", ["continue", "hangup"], ["beeps"], []),
    (connect(), "advancedMachineDetection/beep_timeout", [45, 120], [29, 121], [30, 44]),
    (connect(), "advancedMachineDetection/mode", ["default", "detect", "detect_beep"], ["beep"], []),
    (connect(), "advancedMachineDetection/behavior", ["continue", "hangup"], ["go"], []),
    (connect(eventUrl=URL), "eventMethod", ["POST", "GET"], ["PUT", "get"], []),
    ({"action": "talk", "text": "a"}, "level", [-1, 1, 0.1, -0.4], [-1.1, 1.01], [0.33, "0.5"]),
    ({"action": "talk", "text": "a"}, "loop", [0, 1000], [-1, 1.5], ["2"]),
    ({"action": "talk", "text": "a"}, "style", [0, 1], [-1], [99]),
    ({"action": "talk"}, "text", ["a"], ["", 5, None], []),
    (MUSIC, "level", [-1, 1], [-2, 2], [0.05]),
    (INPUT, "dtmf/timeOut", [1, 10], [-1, 11], [0]),
    (INPUT, "dtmf/maxDigits", [1, 20], [0, 21], ["4"]),
    (INPUT, "dtmf/submitOnHash", [True], ["no"], ["false"]),
    (INPUT, "mode", ["synchronous", "asynchronous"], ["asyncronous"], []),
    (INPUT, "timeOut", [], [-1, 11], [0, 10]),
    (INPUT, "maxDigits", [], [0, 21], [1, 20]),
    ({"action": "input"}, "type", [["dtmf"], ["speech", "dtmf"]], [["voice"], "dtmf", ["dtmf"] * 3], [["dtmf"] * 2]),
    ({"action": "input", "type": ["speech"]}, "speech/endOnSilence", [0.4, 10, 2.5], [0.3, 10.1], ["0.4"]),
    ({"action": "input", "type": ["speech"]}, "speech/startTimeout", [1, 60], [0, 61, 1.5], []),
    ({"action": "input", "type": ["speech"]}, "speech/maxDuration", [1, 60], [0, 61], []),
    ({"action": "input", "type": ["speech"]}, "speech/sensitivity", [10, 100], [9, 101], []),
    ({"action": "input", "type": ["speech"]}, "speech/uuid", [["x"]], ["x", []], [["x", "y"]]),
    ({"action": "input", "type": ["speech"]}, "speech/context", [[], ["a", "b"]], ["a", [1]], []),
    ({"action": "input", "type": ["speech"]}, "speech/language", ["en-US", "en-gb"], [1], ["xx"]),
    ({"action": "input", "type": ["speech"]}, "speech/provider", ["google"], [1], ["deepgram"]),
    ({"action": "wait"}, "timeout", [0.1, 7200, 2], ["x", True], [0, 0.05, 7201, "2"]),
    ({"action": "transfer"}, "conversationId", ["CON-1"], ["", "1", 1], []),
    ({"action": "conversation"}, "name", ["a"], ["", 1], []),
]


@pytest.mark.parametrize(
    ("action", "path", "good", "bad", "warned"), RANGES, ids=[f"{r[0]['action']}-{r[1]}" for r in RANGES]
)
def test_ranges(action: dict[str, Any], path: str, good: list[Any], bad: list[Any], warned: list[Any]) -> None:
    def found(value: Any) -> str:
        for key in reversed(path.split("/")[1:]):
            value = {key: value}
        keys = path.split("/")
        problems = judge_action({**action, keys[0]: value})
        levels = {p.code[0] for p in problems if p.path[: len(keys)] == tuple(keys)}
        return "E" if "E" in levels else "W" if "W" in levels else ""

    assert [value for value in good if found(value)] == []
    assert [value for value in bad if found(value) != "E"] == []
    assert [value for value in warned if found(value) != "W"] == []


# Each row: a body, the API's version, and all that is found in it.
CALLS: list[tuple[str, dict[str, Any], str | None, set[str]]] = [
    ("least", call(), None, set()),
    ("answer_url", call(ncco=None, answer_url=URL, answer_method="POST"), "v1", set()),
    ("both", call(answer_url=URL), None, {"E402 /ncco"}),
    ("neither", call(ncco=None), None, {"E401 /ncco"}),
    ("no from", call(**{"from": None}), None, {"E401 /from"}),
    ("random", call(random_from_number=True, **{"from": None}), "v1", set()),
    ("random in v2", call(random_from_number=True, **{"from": None}), "v2", {"W020 /random_from_number"}),
    ("from and random", call(random_from_number=True), None, {"E402 /from"}),
    ("from and not random", call(random_from_number=False), None, set()),
    ("bare from", call(**{"from": "14155550100"}), None, {"E301 /from"}),
    ("sip from", call(**{"from": {"type": "phone", "number": "sip:a@example.com"}}), None, set()),
    ("app from", call(**{"from": {"type": "app", "number": "14155550100"}}), None, {"E302 /from/type"}),
    ("no to", call(to=None), None, {"E401 /to"}),
    ("empty to", call(to=[]), None, {"E310 /to"}),
    ("bare to", call(to=PHONE), None, {"E317 /to"}),
    ("text to", call(to="14155550101"), None, {"E317 /to"}),
    ("length v1", call(length_timer=86400), "v1", set()),
    ("length v1 out", call(length_timer=86401), "v1", {"E304 /length_timer"}),
    ("length v2", call(length_timer=7200), "v2", set()),
    ("length v2 out", call(length_timer=7201), "v2", {"E304 /length_timer"}),
    ("length unknown version", call(length_timer=86400), None, set()),
    ("ringing", call(ringing_timer=120), None, set()),
    ("ringing out", call(ringing_timer=121), None, {"E304 /ringing_timer"}),
    ("bare event_url", call(event_url=URL[0]), None, {"E317 /event_url"}),
    ("two event_urls", call(event_url=URL * 2), None, {"E310 /event_url"}),
    ("event_method", call(event_method="GET"), None, {"W021 /event_method"}),
    ("answer_method", call(answer_method="GET"), None, {"W021 /answer_method"}),
    ("camel case", call(lengthTimer=5), None, {"E203 /lengthTimer"}),
    ("unknown", call(colour=5), None, {"E202 /colour"}),
    (
        "contentType",
        call(to=[{"type": "websocket", "uri": "wss://example.com/a", "contentType": "audio/l16;rate=16000"}]),
        None,
        {"E203 /to/0/contentType"},
    ),
    ("amd", call(advanced_machine_detection={"beep_timeout": 45}), "v1", set()),
    ("amd in v2", call(advanced_machine_detection={}), "v2", {"W020 /advanced_machine_detection"}),
    (
        "two detections",
        call(machine_detection="hangup", advanced_machine_detection={}),
        None,
        {"W012 /machine_detection"},
    ),
    ("detection of no phone", call(to=[SIP], machine_detection="hangup"), None, {"W022 /machine_detection"}),
    (
        "standard_headers",
        call(to=[{**SIP, "standard_headers": {"User-to-User": "a"}}]),
        None,
        set(),
    ),
    (
        "standardHeaders",
        call(to=[{**SIP, "standardHeaders": {"User-to-User": "a"}}]),
        None,
        {"E203 /to/0/standardHeaders"},
    ),
    (
        "sip user and domain",
        call(to=[{"type": "sip", "user": "a", "domain": "d"}]),
        None,
        {"W019 /to/0/user", "W019 /to/0/domain"},
    ),
    ("onAnswer in a call", call(to=[{**PHONE, "onAnswer": {"url": URL[0]}}]), None, {"E202 /to/0/onAnswer"}),
    ("number with +", call(to=[{**PHONE, "number": "+14155550101"}]), None, {"E303 /to/0/number"}),
    ("short number", call(to=[{**PHONE, "number": "123456"}]), None, {"E303 /to/0/number"}),
    ("long number", call(to=[{**PHONE, "number": "1" * 16}]), None, {"E303 /to/0/number"}),
    ("unknown endpoint", call(to=[{"type": "rtc"}]), None, {"E209 /to/0/type"}),
    ("inside the ncco", call(ncco=[BARGE]), None, {"E404 /ncco/0/bargeIn"}),
    ("no extension", call(to=[{"type": "vbc"}]), None, {"E401 /to/0/extension"}),
]


@pytest.mark.parametrize(("body", "api", "wanted"), [row[1:] for row in CALLS], ids=[row[0] for row in CALLS])
def test_call(body: dict[str, Any], api: str | None, wanted: set[str]) -> None:
    assert codes(judge_call(body, api)) == wanted


@pytest.mark.parametrize("document", [1, "x", None, {}, {"text": "a"}, {"action": "wait"}])
def test_neither_ncco_nor_call(document: Any) -> None:
    assert [problem.code for problem in judge_document(document)] == ["E114"]


def test_replacements() -> None:
    problems = judge_ncco([{"action": "talk", "text": "a", "barge_in": True, "loop": "2"}])
    assert {(p.code, p.at_key, p.replacement) for p in problems} == {("E203", True, "bargeIn"), ("W009", False, 2)}
    (problem,) = judge_ncco([{"action": "stream", "streamUrl": URL[0]}])
    assert problem.replacement == URL


def test_names_are_those_that_the_user_wrote() -> None:
    action = {**INPUT, "dtmf": {"maxDigits": 21}}
    assert "`dtmf.maxDigits`" in judge_action(action)[0].message
    assert "`max_digits`" in judge_action(action, script=True)[0].message


def test_ssml_is_judged() -> None:
    actions = [{"action": "talk", "text": "<speak>a"}, {"action": "talk", "text": "<b>"}]
    (problem,) = judge_ncco(actions, path=("ncco",))
    assert (problem.code, problem.path) == ("E316", ("ncco", 0, "text"))
    assert problem.help == "add `</speak>` where it ends"
    unusual = [{"action": "talk", "text": "<speak><blink>a</blink></speak>"}]
    assert codes(judge_ncco(unusual)) == {"W026 /0/text"}
    assert judge_ncco(actions, script=True) == []  # analysis judges it, where it was written


def test_deep_and_long_documents_are_judged() -> None:
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": deep}
    assert codes(judge_ncco([{"action": "notify", "payload": deep, "eventUrl": URL}])) == {"E318 /0/payload"}
    assert judge_ncco([{"action": "talk", "text": "<" * 1500}] * 2000) == []


def test_phone_numbers_that_are_numbers() -> None:
    number = {"type": "phone", "number": 14155550101}
    found = judge_document(call(to=[number], **{"from": number}))
    assert {(p.code, p.path, p.replacement) for p in found} == {
        ("W035", ("to", 0, "number"), "14155550101"),
        ("W035", ("from", "number"), "14155550101"),
    }
    for wrong in (415, 0, -14155550101, 1.5, True, 10**15, 10**390):
        assert codes(judge_document(call(to=[{"type": "phone", "number": wrong}]))) == {"E301 /to/0/number"}


def test_old_places_are_not_suggested() -> None:
    (problem,) = judge_ncco([{**INPUT, "dtmf": {"maxDigits": 1}, "timeout": 3}])
    assert (problem.code, problem.help, problem.replacement) == ("E203", "write `dtmf.timeOut`", MISSING)


def test_a_number_as_voice_is_a_style() -> None:
    (problem,) = judge_ncco([{"action": "talk", "text": "a", "voice": 3}])
    assert (problem.code, problem.help) == ("E202", "did you mean `style`?")
    (problem,) = judge_ncco([{"action": "talk", "text": "a", "voice": "Amy"}])
    assert (problem.code, problem.help) == ("E202", "did you mean `voiceName`?")
