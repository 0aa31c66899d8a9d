"""What tells one text of a file from another."""

from __future__ import annotations

from hashlib import sha256


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
