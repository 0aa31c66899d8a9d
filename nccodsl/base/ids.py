"""The forms of ids: those that are taken from others as keys, and UUIDs."""

from __future__ import annotations

import re

is_id = re.compile(r"[A-Za-z0-9._:-]{1,128}").fullmatch
"""Whether a text can be the id of a call, a leg or a conversation, and so part of a key."""
is_uuid = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch
"""Whether a text is a UUID in its usual form."""


def id_in(value: object) -> str:
    """A value of foreign JSON if it is an id, else an empty text."""
    return value if isinstance(value, str) and is_id(value) else ""
