"""The addresses of flows: one home for servers and for commands that place calls."""

from __future__ import annotations

import re
from pathlib import PurePath

from nccodsl.voice.forms import is_url

_UNNAMED = frozenset(("script", "main", "flow", "-", "<standard input>", ""))
_ODD = re.compile(r"[^A-Za-z0-9_-]+")


def flow_name(file: str) -> str:
    """`ivr` for `flows/ivr.call`; `script.call`, `main.call` and `flow.call` have the name of their folder."""
    path = PurePath(file)
    stem = path.name.removesuffix(".call")
    if stem in _UNNAMED and path.parent.name:
        stem = path.parent.name
    return _ODD.sub("-", stem).strip("-") or "flow"


def is_base_url(text: str) -> bool:
    """Whether routes can be put behind a URL: http or https, without a query or a fragment."""
    return bool(is_url(text)) and text.lower().startswith(("http://", "https://")) and not set(text) & set("?#")
