"""Application tokens (authentication): made when they are needed, used until they are nearly over."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable

import jwt

from nccodsl.client.credentials import Credentials
from nccodsl.client.failures import BadArgument
from nccodsl.diagnostics import messages

SHORTEST, LONGEST = 30, 24 * 3600
"""Seconds that a token may hold."""
MARGIN = 60.0
"""Seconds before its end at which a token is not used any more; a third of its life if that is less."""


class TokenSource:
    """Makes RS256 tokens and hands out the same one until `MARGIN` before its end. Safe to share between threads.

    `lifetime` in seconds; `clock` tells Unix time. Raises BadArgument where the lifetime is not allowed.
    """

    def __init__(self, credentials: Credentials, lifetime: int = 900, clock: Callable[[], float] = time.time) -> None:
        if not SHORTEST <= lifetime <= LONGEST:
            raise BadArgument(messages.calls.token_lifetime(SHORTEST, lifetime))
        self._credentials = credentials
        self._lifetime = int(lifetime)
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._from = self._until = 0.0

    def __repr__(self) -> str:
        return f"TokenSource({self._credentials!r})"

    def token(self) -> str:
        """A token that holds for a while yet."""
        with self._lock:
            now = self._clock()
            # A clock that was set back makes tokens that come from the future.
            if not self._token or not self._from <= now < self._until:
                self._token = self._made(int(now))
                self._from = float(int(now))
                self._until = self._from + self._lifetime - min(MARGIN, self._lifetime / 3)
            return self._token

    def _made(self, now: int) -> str:
        claims = {
            "application_id": self._credentials.application_id,
            "iat": now,
            "exp": now + self._lifetime,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, self._credentials.signing_key, algorithm="RS256", headers={"typ": "JWT"})
