"""Access to the calls of `nccodsl serve`: the token, and what is said of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from nccodsl.cli.attach_token import VARIABLE, attach_token
from nccodsl.server.call_feed import WatchAccess
from nccodsl.server.refusals import CannotServe
from nccodsl.server.server import Server

_SHORTEST = 16
_BYTES = 24


def watch_access(*, local: bool, remote: bool) -> WatchAccess | None:
    """Who may watch, with a token of the environment or a new one; None: no debugger. Raises CannotServe."""
    if not (local or remote):
        return None
    token = attach_token()
    if token and (len(token) < _SHORTEST or not token.isascii() or not token.isprintable() or " " in token):
        raise CannotServe(
            f"${VARIABLE} must be at least {_SHORTEST} letters and digits", "leave it out to get a token at each start"
        )
    return WatchAccess(token or secrets.token_urlsafe(_BYTES), remote)


def access_in_words(access: WatchAccess | None, server: Server) -> Iterator[str]:
    """What is said of it at the start; a token that is known already is not repeated."""
    if access is None:
        return
    known = attach_token() == access.token
    token = f"the token of ${VARIABLE}" if known else f"the token {access.token}"
    yield f"Debuggers can watch calls at {server.local}, with {token}."
