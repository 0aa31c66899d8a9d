"""Who may ask the API, and how often."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import jwt
from jwt.utils import base64url_decode

from nccodsl.base.strict_json import DuplicateKey, read_strict_json
from nccodsl.emulator.bad_input import CannotEmulate

LEEWAY = 30
"""Seconds by which clocks may differ."""
DEFAULT_LIFETIME = 900
"""Seconds for which a token without `exp` holds (authentication)."""
_MOST_KNOWN = 4096


class Gate:
    """Checks bearer tokens: RS256, signed by the key of the application, of this time, for this application.

    Without a public key any token does. A token that has been checked is remembered until it expires.
    """

    def __init__(
        self,
        public_key: str | None = None,
        application_id: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._key = _loaded(public_key) if public_key is not None else None
        self._application_id = application_id
        self._clock = clock
        self._known: dict[str, float] = {}

    def refusal(self, header: str | None) -> str:
        """Why an Authorization header is not accepted; empty where it is."""
        kind, _, token = (header or "").partition(" ")
        if kind.casefold() != "bearer" or not token.strip():
            return "no bearer token was sent"
        if self._key is None:
            return ""
        until = self._known.get(token)
        if until is not None and self._clock() < until:
            return ""
        return self._check(token)

    def _check(self, token: str) -> str:
        now = self._clock()
        assert self._key is not None
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False},
            )
            for part in token.split(".")[:2]:
                read_strict_json(base64url_decode(part))
        except jwt.InvalidAlgorithmError:
            return "the token is not signed with RS256"
        except jwt.InvalidSignatureError:
            return "the token was not signed with the private key of the application"
        except DuplicateKey as error:
            return f"the token is ambiguous: {error}"
        except (jwt.InvalidTokenError, ValueError):
            return "the token cannot be read"
        for claim in ("application_id", "iat", "jti"):
            if claim not in claims:
                return f"the token has no {claim}"
        issued, ends = claims["iat"], claims.get("exp")
        if not _is_time(issued) or (ends is not None and not _is_time(ends)):
            return "iat and exp must be numbers"
        if issued > now + LEEWAY:
            return "the token is from the future"
        until = ends if ends is not None else issued + DEFAULT_LIFETIME
        if until <= now:
            return "the token has expired"
        if _is_time(claims.get("nbf")) and claims["nbf"] > now + LEEWAY:
            return "the token is not valid yet"
        if self._application_id is not None and claims["application_id"] != self._application_id:
            return "the token is for another application"
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[token] = until
        return ""


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _loaded(pem: str) -> str:
    """The key, if it is one that tokens can be checked with. A private key gives its public half."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_private_key,
        load_pem_public_key,
    )

    try:
        key = load_pem_public_key(pem.encode()) if "PUBLIC KEY" in pem else load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CannotEmulate(
            "the public key cannot be read", "give the PEM file of the application with `--public-key FILE`"
        ) from None
    public = key.public_key() if isinstance(key, RSAPrivateKey) else key
    if not isinstance(public, RSAPublicKey):
        raise CannotEmulate(
            "the public key is not an RSA key", "give the public key of the application with `--public-key FILE`"
        )
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Limit:
    """So many requests in any second that rolls by; None: no limit."""

    def __init__(self, most: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._times: deque[float] = deque()

    def takes(self) -> bool:
        """Whether one more request is within the limit; it then counts."""
        if self._most is None:
            return True
        now = self._clock()
        while self._times and self._times[0] <= now - 1.0:
            self._times.popleft()
        if len(self._times) >= self._most:
            return False
        self._times.append(now)
        return True
