"""JSON whose meaning is relied upon: what two readers could take for two different things is refused.

Python's reader takes the last value of a key that stands twice, others take the first, and it takes NaN for a number.
So a signature could be checked by one value, and the other one be acted upon.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn


class DuplicateKey(ValueError):
    """A key stands twice in one object; `key` is which."""

    def __init__(self, key: str) -> None:
        super().__init__(f"duplicate key `{key[:40]}`")
        self.key = key


def read_strict_json(text: str | bytes) -> Any:
    """The value in a text, or in its bytes (UTF-8). Raises ValueError, which is DuplicateKey where it is for that."""
    try:
        return _decode(text if isinstance(text, str) else text.decode())
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def depth_of(value: object, most: int) -> int:
    """How deep lists and objects are nested, as far as it matters: `most` + 1 for whatever is deeper."""
    level = [value]
    for depth in range(most + 1):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return depth
    return most + 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise DuplicateKey(_second([key for key, _ in pairs]))
    return members


def _second(keys: list[str]) -> str:
    """The first key that stood before."""
    seen = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    raise AssertionError


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:20]} is too large")
    return number


_decode = json.JSONDecoder(parse_constant=_refused, parse_float=_finite, object_pairs_hook=_unique).decode
