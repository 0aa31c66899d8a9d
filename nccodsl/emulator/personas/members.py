"""Reading settings from plain data: what each value may be, and what is said of one that is not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from nccodsl.base.durations import seconds
from nccodsl.diagnostics.suggest import did_you_mean, nearest
from nccodsl.emulator.bad_input import BadPersona
from nccodsl.voice.forms import are_keys
from nccodsl.voice.languages import languages

_MOST_SECONDS = 86_400.0


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"must be a text, not {shown(value)}")
    return value


def keys(value: object) -> str:
    keys = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(keys, str) or not are_keys(keys):
        raise ValueError(f"must be keys (0-9, * and #, in quotes), not {shown(value)}")
    return keys


def duration(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"must be a duration such as 2s, not {shown(value)}")
    try:
        amount = float(seconds(value)) if isinstance(value, str) else float(value)
    except ValueError:
        raise ValueError(f"must be a duration such as 2s, not {shown(value)}") from None
    if not 0 <= amount <= _MOST_SECONDS:
        raise ValueError("must be 0 seconds to a day")
    return amount


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {shown(value)}")
    return value


def times(value: object) -> int | None:
    if value == "always":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"must be 1 or more, or always, not {shown(value)}")
    return value


def share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"must be 0 to 1, not {shown(value)}")
    return float(value)


def choice(*known: str) -> Callable[[object], str]:
    def choose(value: object) -> str:
        if value not in known:
            near = nearest(value, known) if isinstance(value, str) else None
            raise ValueError(f"must be one of {', '.join(known)}" + (f"; did you mean {near}?" if near else ""))
        return str(value)

    return choose


def count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"must be a number, 0 or more, not {shown(value)}")
    return value


def texts(value: object) -> tuple[str, ...]:
    """A text, or a list of them."""
    return tuple(text(one) for one in (value if isinstance(value, list) else [value]))


def endpoints(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    patterns = tuple(str(one).strip() for one in listed if isinstance(one, str | int) and not isinstance(one, bool))
    if len(patterns) != len(listed) or not all(patterns):
        raise ValueError("must be an endpoint such as `phone 14155550101`, or a list of them; `*` matches anything")
    return tuple(f"phone {pattern}" if pattern[:1].isdigit() else pattern for pattern in patterns)


def language(value: object) -> str:
    """A code of the platform, in any case."""
    known = languages().tts_folded
    found = known.get(value.casefold()) if isinstance(value, str) else None
    if found is None:
        near = nearest(value, known.values()) if isinstance(value, str) else None
        raise ValueError(
            f"must be a language such as en-GB, not {shown(value)}" + (f"; did you mean {near}?" if near else "")
        )
    return found


def only(data: Mapping[Any, Any], known: Collection[str], path: str, what: str = "a persona") -> None:
    """Raises BadPersona where a map has another key than those that are known; `what`: whose settings they are."""
    for key in data:
        if key not in known:
            raise BadPersona(
                f"{at(path, str(key))} is not a setting of {what}",
                did_you_mean(str(key), known) or f"write one of {', '.join(f'`{one}`' for one in sorted(known))}",
            )


def at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def shown(value: object) -> str:
    text = "null" if value is None else str(value)
    return f"`{text[:40]}`"


def named(name: str, convert: Callable[[object], Any]) -> Callable[[object], dict[str, Any]]:
    return lambda value: {name: convert(value)}
