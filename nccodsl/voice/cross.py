"""The rules between the options of one object (NCCO reference, Voice API reference).

Owns: these rules, for the judge and for the models' validators alike. Does not own: single values (value_rules),
rules across actions (sequence). The functions take JSON objects of any content; what is no value of its option's type
is passed over, since the single-value rules have reported it. `say` turns a dotted JSON path into the name the user
wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from nccodsl.diagnostics import messages
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
    """The rules within one action; no rule for an unknown action."""
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
        message = messages.options.channels_without_split(say("channels"), say("split"))
        yield Problem.of(message, (*path, "channels"))
    channels = number(action.get("channels"))
    if channels is not None and channels > 2 and action.get("format") == "mp3":
        yield Problem.of(messages.tolerated.mp3_of_many_channels(), (*path, "format"))


def _mute(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    if not _given(action, "canSpeak"):
        return
    if is_true(action.get("mute")):
        yield Problem.of(messages.options.exclude_each_other(say("mute"), say("canSpeak")), (*path, "mute"))
    elif is_false(action.get("mute")):
        message = messages.tolerated.no_effect_beside(say("mute"), say("canSpeak"))
        yield Problem.of(message, (*path, "mute"), at_key=True)


def _transcription(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    record = action.get("record")
    if _given(action, "transcription") and not is_true(record) and not isinstance(record, Unknown):
        message = messages.options.transcription_without_record(say("transcription"), say("record"))
        yield Problem.of(message, (*path, "transcription"))


def _event_method(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    if _given(action, "eventMethod") and "eventUrl" not in action:
        message = messages.tolerated.method_without_url(say("eventMethod"), say("eventUrl"), elsewhere=True)
        yield Problem.of(message, (*path, "eventMethod"), at_key=True)
    inner = _object(action, "transcription")
    if _given(inner, "eventMethod") and "eventUrl" not in inner:
        method, url = say("transcription.eventMethod"), say("transcription.eventUrl")
        message = messages.tolerated.method_without_url(method, url)
        yield Problem.of(message, (*path, "transcription", "eventMethod"), at_key=True)


def first_endpoint(action: Object) -> Object | None:
    """The endpoint object of a connect, where it is known."""
    endpoint = action.get("endpoint")
    if isinstance(endpoint, list) and endpoint:
        endpoint = endpoint[0]
    return endpoint if isinstance(endpoint, dict) else None


def _caller(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    given, chosen = action.get("from"), action.get("randomFromNumber")
    if _given(action, "from") and is_true(chosen):
        yield Problem.of(messages.options.exclude_each_other(say("from"), say("randomFromNumber")), (*path, "from"))
    endpoint = first_endpoint(action) or {}
    if endpoint.get("type") != "phone":
        return
    if "from" not in action and not is_true(chosen) and not isinstance(chosen, Unknown):
        yield Problem.of(
            messages.tolerated.phone_without_caller(say("from"), say("randomFromNumber"), given=chosen is not None),
            path,
        )
    elif isinstance(given, str) and (wrong := forms.phone(given)):
        yield Problem.of(messages.forms.of(f"`{say('from')}`", wrong), (*path, "from"))


def _connected_phone(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    yield from _detections(action, path, say, "machineDetection", "advancedMachineDetection")
    kind = (first_endpoint(action) or {}).get("type")
    if not isinstance(kind, str):
        return
    if kind == "phone" and _given(action, "ringbackTone"):
        message = messages.tolerated.tone_for_phone(say("ringbackTone"))
        yield Problem.of(message, (*path, "ringbackTone"), at_key=True)
    if kind != "phone":
        for key in ("machineDetection", "advancedMachineDetection"):
            if _given(action, key):
                yield Problem.of(messages.tolerated.for_phones_only(say(key), kind), (*path, key), at_key=True)


def _detections(obj: Object, path: Path, say: Say, plain: str, advanced: str) -> Iterator[Problem]:
    if _given(obj, plain) and _given(obj, advanced):
        yield Problem.of(messages.tolerated.overridden(say(plain), say(advanced)), (*path, plain), at_key=True)


def _input(action: Object, path: Path, say: Say) -> Iterator[Problem]:
    if "type" not in action:
        yield Problem.of(messages.options.input_without_type(say("type")), path)
    kinds = action.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    known = isinstance(kinds, list) and not any(isinstance(kind, Unknown) for kind in kinds)
    for key in ("dtmf", "speech"):
        if known and isinstance(action.get(key), dict) and key not in kinds:  # type: ignore[operator]
            yield Problem.of(messages.options.settings_unused(key, say("type")), (*path, key))
    if action.get("mode") == "asynchronous" and isinstance(action.get("dtmf"), dict) and action["dtmf"]:
        yield Problem.of(messages.options.asynchronous_without_settings(say("mode")), (*path, "dtmf"))
    yield from _provider(_object(action, "speech"), (*path, "speech"), lambda key: say(f"speech.{key}"))


def _provider(obj: Object, path: Path, say: Say) -> Iterator[Problem]:
    if _given(obj, "providerOptions") and "provider" not in obj:
        message = messages.tolerated.no_effect_without(say("providerOptions"), say("provider"))
        yield Problem.of(message, (*path, "providerOptions"), at_key=True)


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
            yield Problem.of(messages.options.exclude_each_other(say("uri"), say(key)), (*path, key))
            return
    if "uri" in endpoint:
        return
    if "domain" not in endpoint:
        if _given(endpoint, "user"):
            yield Problem.of(messages.options.user_without_domain(say("user"), say("domain")), (*path, "user"))
        else:
            yield Problem.of(messages.options.sip_without_address(say("uri"), say("domain")), (*path, "uri"))
    elif _given(endpoint, "domain") and "user" not in endpoint:
        message = messages.tolerated.domain_without_user(say("domain"), say("user"))
        yield Problem.of(message, (*path, "domain"), at_key=True)


def _websocket(endpoint: Object, path: Path, say: Say) -> Iterator[Problem]:
    inner = _object(endpoint, "authorization")
    kind, value = say("authorization.type"), say("authorization.value")
    if inner.get("type") == "custom" and "value" not in inner:
        yield Problem.of(messages.options.custom_without_value(kind, value), (*path, "authorization", "value"))
    elif inner.get("type", "vonage") == "vonage" and _given(inner, "value"):
        message = messages.tolerated.value_unless_custom(value, kind)
        yield Problem.of(message, (*path, "authorization", "value"), at_key=True)


# -- the call


def _what_happens(call: Object, path: Path, say: Say) -> Iterator[Problem]:
    if _given(call, "ncco") and _given(call, "answer_url"):
        message = messages.options.exclude_each_other(say("ncco"), say("answer_url"))
        yield Problem.of(message, (*path, "ncco"), at_key=True)
    if "ncco" not in call and "answer_url" not in call:
        yield Problem.of(messages.options.call_without_ncco(say("ncco"), say("answer_url")), (*path, "ncco"))


def _who_calls(call: Object, path: Path, say: Say) -> Iterator[Problem]:
    chosen = call.get("random_from_number")
    if _given(call, "from") and is_true(chosen):
        message = messages.options.exclude_each_other(say("from"), say("random_from_number"))
        yield Problem.of(message, (*path, "from"), at_key=True)
    if "from" not in call and not is_true(chosen) and not isinstance(chosen, Unknown):
        yield Problem.of(messages.options.no_caller(say("from"), say("random_from_number")), (*path, "from"))


def _without_effect(call: Object, path: Path, say: Say) -> Iterator[Problem]:
    for method, url, elsewhere in (("answer_method", "answer_url", False), ("event_method", "event_url", True)):
        if _given(call, method) and url not in call:
            message = messages.tolerated.method_without_url(say(method), say(url), elsewhere=elsewhere)
            yield Problem.of(message, (*path, method), at_key=True)


def _called_phone(call: Object, path: Path, say: Say) -> Iterator[Problem]:
    yield from _detections(call, path, say, "machine_detection", "advanced_machine_detection")
    to = call.get("to")
    kinds = [item.get("type") for item in to if isinstance(item, dict)] if isinstance(to, list) else []
    if not kinds or len(kinds) != len(to or ()) or not all(isinstance(kind, str) and kind != "phone" for kind in kinds):
        return
    for key in ("machine_detection", "advanced_machine_detection"):
        if _given(call, key):
            yield Problem.of(messages.tolerated.for_phones_only(say(key), str(kinds[0])), (*path, key), at_key=True)


_OF_CALL: _Rules = (_who_calls, _what_happens, _without_effect, _called_phone)
