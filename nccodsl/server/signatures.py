"""Whether a webhook is signed by the platform (signed webhooks).

A token is good for as long as it is young: one that is sent twice is accepted twice, since the same event moves a flow
once, and is answered alike each time. What is signed is the body, or the query of a GET; of the address of a POST
nothing is. To which question of which call a webhook belongs is known by other means (tags.py).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.strict_json import read_strict_json
from nccodsl.server.refusals import NobodySigns

OLDEST, AHEAD = 300.0, 60.0
"""Seconds that a token may be old, and that the platform's clock may be ahead of ours."""
ISSUER = "Vonage"
_LONGEST = 8192
_FARTHEST = 1e12
_PROOF = 16
# Characters of a signature: 96 bits.


class SignatureRefusal(Record):
    """Why a webhook is not accepted. `reason` is one word for statistics, `told` a sentence for logs.

    `status`: 401; 503 where there is no signature at all, which may follow an internal error of the platform: it
    then comes again with one.
    """

    reason: str
    told: str
    status: int = 401


class Signatures:
    """Checks webhooks against the account's signature secrets; several while one takes the place of another.

    With `allow_unsigned` a webhook without a token is accepted too. Raises NobodySigns where neither is given.
    """

    def __init__(
        self,
        secrets: Sequence[str] = (),
        *,
        allow_unsigned: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)
        if len(self._secrets) != len(secrets):
            raise NobodySigns(
                "a signature secret is empty", "set `NCCODSL_SIGNATURE_SECRET` to the signature secret of the account"
            )
        if not self._secrets and not allow_unsigned:
            raise NobodySigns(
                "the signature secret is missing: webhooks could be forged",
                "set `NCCODSL_SIGNATURE_SECRET` to the signature secret of the account, or add `--allow-unsigned` "
                "to try a script on your own machine",
            )
        self.allow_unsigned = allow_unsigned
        self._clock = clock
        self._head = ""  # the header of most tokens, which was found good
        # What depends on the key alone is computed once: a token takes half as long then.
        self._keys = [hmac.new(one.encode("utf-8", "surrogatepass"), digestmod="sha256") for one in self._secrets]

    @property
    def checks(self) -> bool:
        """Whether there is a secret to check by."""
        return bool(self._secrets)

    def refusal(
        self, authorization: str | None, method: str, body: bytes, query: Mapping[str, str]
    ) -> SignatureRefusal | None:
        """Why a request is not accepted; None where it is. `query` in the order of the request."""
        if not authorization:
            if self.allow_unsigned:
                return None
            return SignatureRefusal("missing", "the webhook is not signed; a signed one can follow", 503)
        if not self._secrets:
            return None
        kind, _, token = authorization.partition(" ")
        token = token.strip()
        if kind.lower() != "bearer" or not token or len(token) > _LONGEST or not token.isascii():
            return SignatureRefusal("malformed", "the Authorization header has no bearer token")
        claims = self._claims(token)
        if isinstance(claims, SignatureRefusal):
            return claims
        return self._stale(claims) or _altered(claims.get("payload_hash"), method, body, query)

    def proof(self, authorization: str | None) -> str:
        """What tells an accepted request from every other: a part of its signature, which others cannot make.

        Empty where nothing was checked.
        """
        return authorization.strip().rpartition(".")[2][:_PROOF] if authorization and self._secrets else ""

    def _claims(self, token: str) -> Mapping[str, Any] | SignatureRefusal:
        # PyJWT, which the tests hold this against, takes longer for a token than the rest of an answer does.
        if _TOKEN(token) is None:
            return SignatureRefusal("malformed", "the token cannot be read")
        signed, _, signature = token.rpartition(".")
        head, _, body = signed.partition(".")
        claims = _part(body)
        if claims is None:
            return SignatureRefusal("malformed", "the token cannot be read")
        if head != self._head:
            # HS256 is what is computed below, whatever a token says; one that says something else is refused as such.
            header = _part(head)
            if header is None:
                return SignatureRefusal("malformed", "the token cannot be read")
            if header.get("alg") != "HS256" or "crit" in header:
                return SignatureRefusal("algorithm", "the token is not signed with HS256")
            self._head = head
        given = signature.encode()
        for key in self._keys:
            made = key.copy()
            made.update(signed.encode())
            right = urlsafe_b64encode(made.digest()).rstrip(b"=")
            if hmac.compare_digest(given, right):
                return claims
        return SignatureRefusal("secret", "the token was signed with another secret")

    def _stale(self, claims: Mapping[str, Any]) -> SignatureRefusal | None:
        issued = claims.get("iat")
        if claims.get("iss") != ISSUER:
            return SignatureRefusal("issuer", f"the token was not issued by {ISSUER}")
        if not isinstance(issued, int | float) or isinstance(issued, bool) or abs(issued) > _FARTHEST:
            return SignatureRefusal("malformed", "the token has no issue time")
        age = self._clock() - issued
        # Written so that a time which is no number is too old.
        if not age <= OLDEST:
            return SignatureRefusal("old", f"the token is older than {OLDEST / 60:.0f} minutes")
        if not age >= -AHEAD:
            return SignatureRefusal("future", "the token is from the future: check the clock of this server")
        return None


_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+").fullmatch


def _part(text: str) -> dict[str, Any] | None:
    """The JSON object in one part of a token."""
    try:
        value = read_strict_json(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _altered(claimed: object, method: str, body: bytes, query: Mapping[str, str]) -> SignatureRefusal | None:
    if claimed is None and method == "GET":
        return None
    if not isinstance(claimed, str):
        return SignatureRefusal("unhashed", "the token has no hash of the body")
    given = claimed.strip().lower().encode("utf-8", "replace")
    if any(
        hmac.compare_digest(given, hashlib.sha256(text).hexdigest().encode()) for text in _texts(method, body, query)
    ):
        return None
    return SignatureRefusal(
        "altered", f"the {'query' if method == 'GET' else 'body'} differs from the one that was signed"
    )


def _texts(method: str, body: bytes, query: Mapping[str, str]) -> list[bytes]:
    """What may have been hashed. How letters beyond ASCII are written in the JSON of a query is not documented."""
    if method != "GET":
        return [body]
    texts = [json.dumps(query, separators=(",", ":"), ensure_ascii=ascii) for ascii in (False, True)]
    return [text.encode("utf-8", "surrogatepass") for text in dict.fromkeys(texts)]
