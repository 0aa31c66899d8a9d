"""Values inside an address: percent-encoded, since they are data and no part of its structure."""

from __future__ import annotations

import re

_BEFORE_PATH = re.compile(r"\s*[A-Za-z]+://[^/?#]*").fullmatch


def in_address(text: str, before: str, *, encoded: bool) -> str:
    """What a value puts into an address after the text `before`.

    `encoded`: `urlencode` made it, so it stays as it is. In place of a host it cannot end the host, since `urlencode`
    keeps a `/`; only a text that begins with the path or the parameters may. There, the colon before a port is kept.
    """
    from urllib.parse import quote  # few scripts have values in addresses

    in_host = _BEFORE_PATH(before) is not None
    if not encoded:
        return quote(text, safe=":" if in_host else "", errors="replace")
    if in_host and not text.startswith(("/", "?")):
        return quote(text, safe=":%", errors="replace")
    return text
