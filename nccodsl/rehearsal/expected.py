"""What a line of a test means, compared with what happened, and both in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qs

from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.personas.speech_length import LANGUAGE, STYLE
from nccodsl.rehearsal.scripted import ScriptTestLine, is_at
from nccodsl.rehearsal.stage import route_of
from nccodsl.runtime.web_requests import FORM_BODY, Request

_DEFAULTS: Mapping[str, object] = {"language": LANGUAGE, "style": STYLE}


def is_voice(entry: TimelineEntry, voice: Mapping[str, object]) -> bool:
    """Whether something is heard in the voice that is meant. A sound file has none."""
    if not voice:
        return True
    if entry.data["sound"] != "talk":
        return False
    heard = {name: str(entry.data.get(name, default)).casefold() for name, default in _DEFAULTS.items()}
    return all(heard[name] == str(value).casefold() for name, value in voice.items())


def voiced(entry: TimelineEntry, line: ScriptTestLine) -> str:
    """How something was heard, as far as the line asks for it, or it is not as usual."""
    if entry.data["sound"] != "talk":
        return ""
    told = {name: entry.data.get(name, _DEFAULTS[name]) for name in _DEFAULTS if name in line.voice}
    return in_voice(told | {name: entry.data[name] for name in ("language",) if name in entry.data})


def in_voice(voice: Mapping[str, object]) -> str:
    """` in es-US, style 1`."""
    language = f" in {voice['language']}" if "language" in voice else ""
    return f"{language}{',' if language else ' in'} style {voice['style']}" if "style" in voice else language


def is_notice(entry: TimelineEntry) -> bool:
    """Whether a webhook is a `notify` of the script."""
    return entry.data["kind"] == "notify" and route_of(entry.data["url"]) != "resume"


def fits_notice(wanted: object, entry: TimelineEntry) -> bool:
    """Whether a notice is the one that is meant: by its address, or by a part of its payload."""
    if isinstance(wanted, str):
        return wanted in (entry.data["url"], "") or wanted in str(entry.data["url"])
    return wanted is None or holds(entry.data["payload"].get("payload"), wanted)


def fits_request(url: object, body: object, request: Request) -> bool:
    """Whether a request is the one that is meant: by its address, and by a part of its body."""
    if not is_at(url, request.url):
        return False
    wanted = _as_form(body) if request.content_type == FORM_BODY else body
    return body is None or holds(body_of(request), wanted)


def _as_form(value: object) -> object:
    """What a test expects of a form, as a form has it: texts."""
    match value:
        case dict():
            return {name: _as_form(one) for name, one in value.items()}
        case list():
            return [_as_form(one) for one in value]
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def body_of(request: Request) -> object:
    """The JSON of a body, or the fields of a form, as a map."""
    if request.body is None:
        return None
    if request.content_type != FORM_BODY:
        return json.loads(request.body)
    fields = parse_qs(request.body, keep_blank_values=True)
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


def in_json(value: object) -> object:
    """A value as JSON has it: dates and times are texts."""
    return json.loads(json.dumps(value, default=str))


def holds(payload: object, wanted: object) -> bool:
    """Whether a value is the one that is meant; a map may have more members."""
    if isinstance(wanted, dict) and isinstance(payload, dict):
        return all(key in payload and holds(payload[key], value) for key, value in wanted.items())
    return payload == wanted


def shown(value: object) -> str:
    """What a notice is for, in words."""
    return "a server" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def number_of(value: object) -> str:
    """The digits that are dialled, however the test writes the number."""
    with suppress(NotAPhoneNumber):
        return digits(str(value))
    return str(value)


def said(line: ScriptTestLine) -> str:
    """A line of a test in words."""
    return f"{line.name} {line.value}" if line.value is not None else line.name


def folded(text: object) -> str:
    """Words without case, one space between them."""
    return " ".join(str(text).casefold().split())
