"""JSON from somebody else, read so that whatever it holds can be kept and answered with."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn


def read_json(body: bytes) -> Any:
    """The value in a body: without NaN and infinities, halves of surrogate pairs replaced. Raises ValueError."""
    try:
        value = _decode(body.decode())
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if b"\\ud" in body or b"\\uD" in body:
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


_decode = json.JSONDecoder(parse_constant=_refused, parse_float=_finite).decode
