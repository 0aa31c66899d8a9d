"""Which calls a client wants to watch: of which server, with which token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.base.record import Record
from nccodsl.errors import UsageError


class AttachRequest(Record):
    """The arguments of `attach`. `call`: the ID of a call, its leg or its conversation; empty for all calls.

    `program`: where the script that is served is on this machine; empty for the path that the server has.
    """

    url: str
    token: str
    call: str
    program: str


def attach_request(arguments: Mapping[str, Any], token: str) -> AttachRequest:
    """Read the arguments of a client; `token` is used where they have none. Raises UsageError."""
    found = {name: arguments.get(name) or "" for name in AttachRequest._fields}
    for name, value in found.items():
        if not isinstance(value, str) or "\0" in value:
            raise UsageError(f"`{name}` must be a text")
    if not found["url"]:
        raise UsageError("`url` must be the address of the server, such as `http://127.0.0.1:8080`")
    found["token"] = found["token"] or token
    if not found["token"]:
        raise UsageError("`token` is missing: `nccodsl serve --allow-attach` prints it, or set $NCCODSL_ATTACH_TOKEN")
    if not found["token"].isascii() or not found["token"].isprintable():
        raise UsageError("`token` must be letters and digits")
    return AttachRequest(**{name: str(value).strip() for name, value in found.items()})
