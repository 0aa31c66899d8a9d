"""What an action, endpoint or call says of an option, or the platform's default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.voice.catalogue import Members, catalogue

NOTHING: Mapping[str, Any] = {}


def given(shape: Members, raw: Mapping[str, Any], key: str) -> Any:
    """The value of an option, by its key or an alias of it; its default where it is absent.

    Numbers and booleans that stand in strings are taken for what they say, as the platform does.
    """
    option = shape.by_json[key]
    value = raw.get(key)
    if value is None:
        value = option.default
        for alias in option.aliases:
            if raw.get(alias) is not None:
                value = raw[alias]
                break
    if isinstance(value, str):
        if option.kind in ("integer", "number"):
            return float(value)
        if option.kind == "boolean":
            return value.casefold() == "true"
    return value


def action_option(action: Mapping[str, Any], key: str) -> Any:
    """The option of an NCCO action."""
    return given(catalogue().actions[action["action"]].shape, action, key)


def member_option(action: Mapping[str, Any], parent: str, key: str) -> Any:
    """An option within an object option, such as `timeOut` in `dtmf`, or in its old place at the top."""
    spec = catalogue().actions[action["action"]].shape
    shape = spec.by_json[parent].shape
    assert shape is not None
    inner = action.get(parent)
    if not isinstance(inner, Mapping):
        inner = NOTHING
    if inner.get(key) is None and action.get(key) is not None:
        return given(spec, action, key)
    return given(shape, inner, key)


def one_of(value: Any) -> Any:
    """The single item of an array of one; the value itself where it stands without its array."""
    return value[0] if isinstance(value, list) and value else None if value == [] else value


def webhook(raw: Mapping[str, Any], url: str = "eventUrl", method: str = "eventMethod") -> tuple[str, str] | None:
    """The method and address of a webhook; None where the action names none."""
    address = one_of(raw.get(url))
    return (str(raw.get(method) or "POST").upper(), address) if isinstance(address, str) and address else None
