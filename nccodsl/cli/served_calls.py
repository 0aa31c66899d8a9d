"""Who may watch the calls of `nccodsl serve`: the token, and what is said of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

from nccodsl.cli.attach_token import VARIABLE
from nccodsl.server.refusals import CannotServe
from nccodsl.server.server import Server
from nccodsl.server.watch_route import WatchAccess

_SHORTEST = 16
_BYTES = 24


def watch_access(*, local: bool, remote: bool) -> WatchAccess | None:
    """Who may watch, with the token of the environment or a new one; None where nobody may. Raises CannotServe."""
    if not (local or remote):
        return None
    token = os.environ.get(VARIABLE, "")
    if token and (len(token) < _SHORTEST or not token.isascii() or not token.isprintable() or " " in token):
        raise CannotServe(
            f"${VARIABLE} must be at least {_SHORTEST} letters and digits", "leave it out to get a token at each start"
        )
    return WatchAccess(token or secrets.token_urlsafe(_BYTES), remote)


def access_in_words(access: WatchAccess | None, server: Server) -> Iterator[str]:
    """What is said of it at the start; a token that is known already is not repeated."""
    if access is None:
        return
    known = os.environ.get(VARIABLE) == access.token
    token = f"the token of ${VARIABLE}" if known else f"the token {access.token}"
    yield f"Debuggers can watch calls at {server.local}, with {token}."
