"""Foreign JSON, read so that whatever it holds can be kept and answered with."""

from __future__ import annotations

import json
from typing import Any

from nccodsl.base.strict_json import read_strict_json


def read_json(body: bytes) -> Any:
    """The value in a body, read strictly, halves of surrogate pairs replaced. Raises ValueError."""
    value = read_strict_json(body)
    if b"\\ud" in body or b"\\uD" in body:
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value
