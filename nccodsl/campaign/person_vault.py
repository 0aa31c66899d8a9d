"""What is kept of people: their values encrypted, and their numbers as keyed hashes, both with a key of the operator.

A plain hash of a number can be found by trying all numbers; one with a key cannot. Who has the file and not the key
learns no values, and no numbers but those of calls that were placed: the journal needs these.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nccodsl.client.failures import BadJournal

KEY_VARIABLE = "NCCODSL_CAMPAIGN_KEY"
"""Names the secret that the keys come from; without it, a file in the state folder holds one."""
LEAST_SECRET = 16
"""Characters of a secret, at least."""
_NONCE = 12
_PROOF = b"the key of the book"


def named_key() -> str | None:
    """The secret that the environment names."""
    return os.environ.get(KEY_VARIABLE)


class WrongKey(BadJournal):
    """What was kept was encrypted with another key."""

    def __init__(self) -> None:
        super().__init__("the campaigns were begun with another key", f"set `{KEY_VARIABLE}` to that key")


class PersonVault:
    """Seals values, and hashes numbers. Two keys are derived from the secret, one for each."""

    def __init__(self, secret: str) -> None:
        self._hashing = _derived(secret, b"numbers")
        self._sealing = AESGCM(_derived(secret, b"values"))
        self.proof = hmac.new(self._hashing, _PROOF, hashlib.sha256).hexdigest()
        """Equal for equal secrets: tells whether two vaults have one key."""

    def person(self, number: str) -> str:
        """What stands for a number: HMAC-SHA-256 of its digits, in hexadecimal."""
        return hmac.new(self._hashing, number.encode(), hashlib.sha256).hexdigest()

    def seal(self, values: Mapping[str, object]) -> bytes:
        """Values of JSON, encrypted (AES-256-GCM)."""
        nonce = secrets.token_bytes(_NONCE)
        text = json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass")
        return nonce + self._sealing.encrypt(nonce, text, None)

    def unseal(self, sealed: bytes) -> dict[str, object]:
        """The values. Raises BadJournal."""
        try:
            text = self._sealing.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
            values: dict[str, object] = json.loads(text.decode(errors="surrogatepass"))
        except (InvalidTag, TypeError, ValueError):
            raise BadJournal("the values of a recipient are damaged", "see `nccodsl campaign forget`") from None
        return values


def _derived(secret: str, purpose: bytes) -> bytes:
    """A key for one purpose (HKDF-Expand of RFC 5869, one block)."""
    extracted = hmac.new(b"nccodsl campaigns", secret.encode(), hashlib.sha256).digest()
    return hmac.new(extracted, purpose + b"\x01", hashlib.sha256).digest()
