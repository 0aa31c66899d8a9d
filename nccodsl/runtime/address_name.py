"""What a flow is called in its address: one home, for those who serve it and those who place its calls."""

from __future__ import annotations

import re
from pathlib import PurePath

_UNNAMED = frozenset(("script", "main", "flow", "-", "<standard input>", ""))
_ODD = re.compile(r"[^A-Za-z0-9_-]+")


def flow_name(file: str) -> str:
    """`ivr` for `flows/ivr.call`; `script.call`, `main.call` and `flow.call` have the name of their folder."""
    path = PurePath(file)
    stem = path.name.removesuffix(".call")
    if stem in _UNNAMED and path.parent.name:
        stem = path.parent.name
    return _ODD.sub("-", stem).strip("-") or "flow"
