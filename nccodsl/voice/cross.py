"""The rules between the options of one object: R4 to R17 and R19 of voice-api.md 2.2, and those of section 1.

Owns: these rules, for the judge and for the models' validators alike. Does not own: single values (value_rules),
rules across actions (sequence). The functions take JSON objects of any content; what is no value of its option's type
is passed over, since the single-value rules have reported it. `say` turns a dotted JSON path into the name the user
wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from nccodsl.voice import forms
from nccodsl.voice.loose_values import is_false, is_true, number
from nccodsl.voice.problems import Path, Problem, Unknown

Object = dict[str, Any]
Say = Callable[[str], str]


def insist(problems: Iterable[Problem]) -> None:
    """Raise ValueError with the first error among them, for pydantic."""
    for problem in problems:
        if problem.is_error:
            raise ValueError(f"{problem.message} ({problem.code})")


def _given(obj: Object, key: str) -> bool:
    """Surely present: an Unknown may come to nothing."""
    return key in obj and not isinstance(obj[key], Unknown)


def _object(obj: Object, key: str) -> Object:
    value = obj.get(key)
    return value if isinstance(value, dict) else {}


def action_rules(action: Object, path: Path = (), say: Say = str) -> list[Problem]:
    """The rules within one action; of an action that nobody knows, none."""
    name = action.get("action")
    rules = _BY_ACTION.get(name, ()) if isinstance(name, str) else ()
    return [problem for rule in rules for problem in rule(action, path, say)]


def endpoint_rules(endpoint: Object, path: Path = (), say: Say = str) -> list[Problem]:
    """The rules within one endpoint."""
    kind = endpoint.get("type")
    rules = {"sip": _sip, "websocket": _websocket}
    return list(rules[kind](endpoint, path, say)) if isinstance(kind, str) and kind in rules else []


def call_rules(call: Object, path: Path = (), say: Say = str) -> list[Problem]:
    """The rules within a create-call body."""
    return [problem for rule in _OF_CALL for problem in rule(call, path, say)]


# -- NCCO actions


def _channels(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    if _given(action, "channels") and "split" not in action:
        yield Problem(
            "E403",
            (*path, "channels"),
            f"`{say('channels')}` needs `{say('split')}` to be conversation",
            help=f"add {say('split')} with the value conversation",
        )
    channels = number(action.get("channels"))
    if channels is not None and channels > 2 and action.get("format") == "mp3":
        yield Problem(
            "W023",
            (*path, "format"),
            "what mp3 with more than 2 channels gives is not documented",
            help="wav is the default above 2 channels",
        )


def _mute(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    if not _given(action, "canSpeak"):
        return
    if is_true(action.get("mute")):
        yield Problem(
            "E402",
            (*path, "mute"),
            f"`{say('mute')}` and `{say('canSpeak')}` exclude each other",
            help="keep one of them",
        )
    elif is_false(action.get("mute")):
        yield Problem("W021", (*path, "mute"), f"`{say('mute')}` has no effect beside `{say('canSpeak')}`", at_key=True)


def _transcription(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    record = action.get("record")
    if _given(action, "transcription") and not is_true(record) and not isinstance(record, Unknown):
        yield Problem(
            "E403",
            (*path, "transcription"),
            f"`{say('transcription')}` needs `{say('record')}` to be true",
            help="nothing is transcribed that is not recorded",
        )


def _event_method(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    if _given(action, "eventMethod") and "eventUrl" not in action:
        yield Problem(
            "W021",
            (*path, "eventMethod"),
            f"`{say('eventMethod')}` stands without `{say('eventUrl')}`",
            at_key=True,
            help="it then applies to the application's event URL, if at all",
        )
    inner = _object(action, "transcription")
    if _given(inner, "eventMethod") and "eventUrl" not in inner:
        method, url = say("transcription.eventMethod"), say("transcription.eventUrl")
        yield Problem(
            "W021", (*path, "transcription", "eventMethod"), f"`{method}` stands without `{url}`", at_key=True
        )


def first_endpoint(action: Object) -> Object | None:
    """The endpoint object of a connect, where it is known."""
    endpoint = action.get("endpoint")
    if isinstance(endpoint, list) and endpoint:
        endpoint = endpoint[0]
    return endpoint if isinstance(endpoint, dict) else None


def _caller(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    given, chosen = action.get("from"), action.get("randomFromNumber")
    if _given(action, "from") and is_true(chosen):
        message = f"`{say('from')}` and `{say('randomFromNumber')}` exclude each other"
        yield Problem("E402", (*path, "from"), message, help="keep one of them")
    endpoint = first_endpoint(action) or {}
    if endpoint.get("type") != "phone":
        return
    if "from" not in action and not is_true(chosen) and not isinstance(chosen, Unknown):
        yield Problem(
            "W011",
            path,
            f"a phone is connected without `{say('from')}`",
            help=f"give {say('from')} one of your Vonage numbers, or set {say('randomFromNumber')} to true",
        )
    elif isinstance(given, str) and (wrong := forms.phone(given)):
        yield Problem(wrong[0], (*path, "from"), f"`{say('from')}` {wrong[1]}")


def _connected_phone(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    yield from _detections(action, path, say, "machineDetection", "advancedMachineDetection")
    kind = (first_endpoint(action) or {}).get("type")
    if not isinstance(kind, str):
        return
    if kind == "phone" and _given(action, "ringbackTone"):
        message = f"`{say('ringbackTone')}` is discouraged for a phone, whose network has its own tone"
        yield Problem("W003", (*path, "ringbackTone"), message, at_key=True)
    if kind != "phone":
        for key in ("machineDetection", "advancedMachineDetection"):
            if _given(action, key):
                message = f"`{say(key)}` makes sense for a phone only, not for {kind}"
                yield Problem("W022", (*path, key), message, at_key=True)


def _detections(obj: Object, path: Path, say: Say, plain: str, advanced: str) -> Iterator[Problem]:
    if _given(obj, plain) and _given(obj, advanced):
        yield Problem("W012", (*path, plain), f"`{say(plain)}` is overridden by `{say(advanced)}`", at_key=True)


def _input(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    if "type" not in action:
        yield Problem(
            "E407",
            path,
            "the input does not say what it listens to",
            help=f"add {say('type')}: dtmf for keys, speech for speech, or both",
        )
    kinds = action.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    known = isinstance(kinds, list) and not any(isinstance(kind, Unknown) for kind in kinds)
    for key in ("dtmf", "speech"):
        if known and isinstance(action.get(key), dict) and key not in kinds:  # type: ignore[operator]
            yield Problem(
                "E403",
                (*path, key),
                f"settings for {key} are given, but the input does not listen to {key}",
                help=f"add {key} to the input's {say('type')}",
            )
    if action.get("mode") == "asynchronous" and isinstance(action.get("dtmf"), dict) and action["dtmf"]:
        yield Problem("E402", (*path, "dtmf"), f"`{say('mode')}` asynchronous excludes settings for dtmf")
    yield from _provider(_object(action, "speech"), (*path, "speech"), lambda key: say(f"speech.{key}"))


def _provider(obj: Object, path: Path, say: Say) -> Iterator[Problem]:
    if _given(obj, "providerOptions") and "provider" not in obj:
        message = f"`{say('providerOptions')}` has no effect without `{say('provider')}`"
        yield Problem("W021", (*path, "providerOptions"), message, at_key=True)


_Rules = tuple[Callable[[Object, Path, Say], Iterator[Problem]], ...]
_BY_ACTION: dict[str, _Rules] = {
    "talk": (_provider,),
    "record": (_channels, _event_method),
    "conversation": (_mute, _transcription, _event_method),
    "connect": (_caller, _connected_phone, _event_method),
    "input": (_input, _event_method),
    "transfer": (_mute,),
}

# -- endpoints


def _sip(endpoint: Object, path: Path, say: Say) -> Iterator[Problem]:
    for key in ("domain", "user"):
        if _given(endpoint, "uri") and _given(endpoint, key):
            yield Problem(
                "E402", (*path, key), f"`{say('uri')}` and `{say(key)}` exclude each other", help="keep one of them"
            )
            return
    if "uri" in endpoint:
        return
    if "domain" not in endpoint:
        if _given(endpoint, "user"):
            yield Problem("E403", (*path, "user"), f"`{say('user')}` needs `{say('domain')}`")
        else:
            yield Problem("E401", (*path, "uri"), f"the sip endpoint has neither `{say('uri')}` nor `{say('domain')}`")
    elif _given(endpoint, "domain") and "user" not in endpoint:
        message = f"what `{say('domain')}` without `{say('user')}` does is not documented"
        yield Problem("W023", (*path, "domain"), message, at_key=True)


def _websocket(endpoint: Object, path: Path, say: Say) -> Iterator[Problem]:
    inner = _object(endpoint, "authorization")
    kind, value = say("authorization.type"), say("authorization.value")
    if inner.get("type") == "custom" and "value" not in inner:
        yield Problem("E401", (*path, "authorization", "value"), f"`{kind}` custom needs `{value}`")
    elif inner.get("type", "vonage") == "vonage" and _given(inner, "value"):
        message = f"`{value}` has no effect unless `{kind}` is custom"
        yield Problem("W021", (*path, "authorization", "value"), message, at_key=True)


# -- the call


def _what_happens(call: Object, path: Path, say: Say) -> Iterator[Problem]:
    if _given(call, "ncco") and _given(call, "answer_url"):
        message = f"`{say('ncco')}` and `{say('answer_url')}` exclude each other"
        yield Problem("E402", (*path, "ncco"), message, at_key=True, help="keep one of them")
    if "ncco" not in call and "answer_url" not in call:
        message = f"the call has neither `{say('ncco')}` nor `{say('answer_url')}`"
        yield Problem("E401", (*path, "ncco"), message, help="exactly one of them is wanted")


def _who_calls(call: Object, path: Path, say: Say) -> Iterator[Problem]:
    chosen = call.get("random_from_number")
    if _given(call, "from") and is_true(chosen):
        message = f"`{say('from')}` and `{say('random_from_number')}` exclude each other"
        yield Problem("E402", (*path, "from"), message, at_key=True, help="keep one of them")
    if "from" not in call and not is_true(chosen) and not isinstance(chosen, Unknown):
        yield Problem(
            "E401",
            (*path, "from"),
            f"the call has no `{say('from')}`",
            help=f"give it a number, or set {say('random_from_number')} to true",
        )


def _without_effect(call: Object, path: Path, say: Say) -> Iterator[Problem]:
    for method, url, why in (
        ("answer_method", "answer_url", None),
        ("event_method", "event_url", "it then applies to the application's event URL, if at all"),
    ):
        if _given(call, method) and url not in call:
            yield Problem("W021", (*path, method), f"`{say(method)}` stands without `{say(url)}`", why, at_key=True)


def _called_phone(call: Object, path: Path, say: Say) -> Iterator[Problem]:
    yield from _detections(call, path, say, "machine_detection", "advanced_machine_detection")
    to = call.get("to")
    kinds = [item.get("type") for item in to if isinstance(item, dict)] if isinstance(to, list) else []
    if not kinds or len(kinds) != len(to or ()) or not all(isinstance(kind, str) and kind != "phone" for kind in kinds):
        return
    for key in ("machine_detection", "advanced_machine_detection"):
        if _given(call, key):
            message = f"`{say(key)}` makes sense for a phone only, not for {kinds[0]}"
            yield Problem("W022", (*path, key), message, at_key=True)


_OF_CALL: _Rules = (_who_calls, _what_happens, _without_effect, _called_phone)
