"""What the catalogue says of an option or a statement, in words: for docs/options.md, and for editors.

Owns: the wording. Does not own: any fact.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from nccodsl.voice.catalogue import Option, Spec, When
from nccodsl.voice.forms import ONE_LINE

_KINDS = {
    "asr_language": "language tag",
    "caller": "phone number or SIP user",
    "digits_text": "digits",
    "dtmf": "keys",
    "endpoint": "endpoint",
    "enum": "word",
    "key": "one key",
    "map": "map",
    "phone": "phone number",
    "phone_or_sip": "phone number or SIP URI",
    "shaken": "Identity header",
    "sip": "SIP URI",
    "string": "text",
    "tts_language": "language tag",
    "url": "URL",
    "voice": "name of a voice",
    "webhook": "URL",
    "ws": "WebSocket URI",
}


def about(spec: Spec) -> str:
    """What an action or an endpoint is for, and what it means for the actions behind it."""
    parts = [spec.doc]
    if spec.withdrawn:
        parts.append(f"The platform has withdrawn it, so it is an error (E405). Use {spec.withdrawn}.")
    if spec.blocks is not None:
        parts.append(f"The next action waits until this one ends{_when(spec, spec.blocks)}.")
    if spec.ends is not None:
        parts.append(f"No later action runs{_when(spec, spec.ends)}.")
    return " ".join(parts)


def _when(spec: Spec, condition: When) -> str:
    def pair(key: str, value: object) -> str:
        return f"`{_script_name(spec, key)}={json.dumps(value) if isinstance(value, bool) else value}`"

    if condition.given:
        *others, last = [f"`{_script_name(spec, key)}`" for key in condition.given]
        return f" if {', '.join(others)} or {last} is set" if others else f" if {last} is set"
    without = pair(*condition.unless) if condition.unless else ""
    if condition.equal:
        return f" with {pair(*condition.equal)}" + (f" and without {without}" if without else "")
    return f", except with {without}" if without else ""


def _script_name(spec: Spec, key: str) -> str:
    option = spec.by_json(key)
    return option.name if option else key


def type_words(option: Option) -> str:
    """The type of its value, and whether it must be given."""
    word = _KINDS.get(option.kind, option.kind)
    if option.unit == "s":
        word = "seconds" if option.kind == "number" else "whole seconds"
    if option.many:
        word = f"list: {word}"
    return f"{word}, required" if option.required else word


def allowed(option: Option) -> str:
    """The values that it takes."""
    return "; ".join(_limits(option))


def _limits(option: Option) -> Iterator[str]:
    if option.enum:
        yield ", ".join(f"`{value}`" for value in option.enum)
    if option.known:
        # Spellings that differ in case alone are one value to the reader.
        shown = {value.casefold(): value for value in reversed(option.known)}
        yield f"{', '.join(f'`{value}`' for value in reversed(shown.values()))}; any other value is a warning"
    yield from _range(option.min, option.max, "")
    yield from _soft(option)
    if option.step:
        yield f"steps of {option.step:g}; a finer value is a warning"
    yield from _range(option.min_items, option.max_items, " items")
    if option.one_advised:
        yield "one item; more are a warning"
    if option.min_length is not None and option.min_length > 1:
        yield f"at least {option.min_length} characters"
    if option.max_length is not None:
        yield f"at most {option.max_length} characters"
    if option.pattern == ONE_LINE:
        yield "one line"
    elif option.pattern:
        yield f"matches `{option.pattern}`"
    if option.max_bytes is not None:
        yield f"at most {option.max_bytes} bytes as JSON"
    if option.members:
        yield f"a map with {', '.join(f'`{member.member_name}`' for member in option.members)}"
    if option.excludes:
        yield f"not with {_names(option.excludes)}"
    if option.needs:
        yield f"needs {_needs(option)}"


def _soft(option: Option) -> Iterator[str]:
    low, high = option.soft_min, option.soft_max
    what = " characters" if option.kind in ("sip", "string", "text") else ""
    if low is not None and high is not None:
        yield f"a value outside {low:g} to {high:g}{what} is a warning"
    elif low is not None:
        yield f"less than {low:g}{what} is a warning"
    elif high is not None:
        yield f"more than {high:g}{what} is a warning"


def _needs(option: Option) -> str:
    prefix = option.name.removesuffix(option.member_name)
    name, equals, value = option.needs.partition("=")
    if not name.replace("_", "").isalnum():
        return option.needs  # words such as "a later input"
    return f"`{prefix}{name.removeprefix(prefix)}{equals}{value}`"


def _range(low: float | None, high: float | None, what: str) -> Iterator[str]:
    if low is not None and high is not None:
        yield f"exactly {low:g}" if low == high else f"{low:g} to {high:g}{what}"
    elif low is not None and (low != 1 or what != " items"):
        yield f"{low:g} or more{what}"
    elif high is not None:
        yield f"at most {high:g}{what}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def default_words(option: Option) -> str:
    """What the platform takes where it is not given, as code; empty if that is nothing."""
    if option.default is None:
        return ""
    value = option.default if isinstance(option.default, str) else json.dumps(option.default)
    return f"`{value}`"


def meaning(option: Option) -> str:
    """What it is for, and whether it should still be used."""
    parts = [option.doc]
    if option.deprecated:
        parts.append(f"Deprecated (W001): use {option.replaced_by}")
    if option.withdrawn:
        parts.append(f"Withdrawn, so an error (E406): use {option.replaced_by}")
    if option.undocumented == "W020":
        parts.append("Not in this version of the API, so a warning")
    elif option.undocumented:
        parts.append(f"Not documented here, so a warning ({option.undocumented})")
    return ". ".join(part for part in parts if part)
