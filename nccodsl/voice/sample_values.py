"""Values that advice shows for a missing option: an example that every rule accepts."""

from __future__ import annotations

import json

from nccodsl.diagnostics import Addition
from nccodsl.voice.catalogue import Option
from nccodsl.voice.findings import Findings

_BY_NAME = {
    "content-type": "audio/l16;rate=16000",
    "conversationId": "CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab",
    "streamUrl": "https://example.com/hello.mp3",
    "User-to-User": "4142",
}
_BY_KIND = {
    "digits_text": "123",
    "map": "{key: value}",
    "phone": "14155550101",
    "string": "name",
    "text": "Hello",
    "url": "https://example.com/ncco",
    "webhook": "https://example.com/event",
    "ws": "wss://example.com/socket",
}


def addition(option: Option, found: Findings) -> Addition | str | None:
    """What to add where an option is missing; None where there is no example of its kind."""
    value = _BY_NAME.get(option.json_name) or _BY_KIND.get(option.kind) or (option.enum[0] if option.enum else None)
    if value is None:
        return None
    shown = json.dumps({"key": "value"} if option.kind == "map" else [value] if option.many else value)
    written = value if option.kind == "map" else found.written(value) or ""
    sample = not option.enum and option.json_name != "content-type"
    in_json = f"{json.dumps(option.json_name)}: {shown}"
    if not found.manner.script:
        return Addition(f"add `{in_json}`", in_json, in_json, sample=sample)
    if option.main:  # it has a place of its own, before all options
        return f"add `{written if option.kind in ('phone', 'map', 'digits_text') else json.dumps(value)}`"
    added = f"{option.name}={written}"
    return Addition(f"add `{added}`", added, in_json, sample=sample)
