"""The forms of single texts: telephone numbers, URLs, SIP and WebSocket URIs, DTMF, Identity headers, spoken text.

Owns: one function for each form, `text -> None | (code, message)`; the message goes on after "`option` ". They look
at the text alone. Does not own: types and ranges (rules), whether a number is in use, what SSML means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nccodsl.base.phone import is_phone as is_phone

TEXT_LIMIT = 1500
"""Characters that one talk may hold, SSML tags not counted (ncco-ref 2025+)."""

_TAGS = re.compile(r"(<[^<>]*>)")
_PART_OF_ENTITY = re.compile(r"&[^&;\s]*\Z")
ONE_LINE = "^[^\\x00-\\x1F\\x7F]*$"
"""The pattern of what stands in a header of a message: a line end would begin a header of its own."""

Wrong = tuple[str, str] | None

KEYS = "0123456789*#"
"""The keys of a telephone."""
is_dtmf = re.compile(rf"[{KEYS}p]+").fullmatch
are_keys = re.compile(rf"[{KEYS}]+").fullmatch
is_key = re.compile(rf"[{KEYS}]").fullmatch

# A host is read generously: what a name server makes of it is not ours to know.
_BAD = r"\s\x00-\x1f\x7f<>\"\\"
_HOST = rf"(?:[^{_BAD}/?#@]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^{_BAD}/?#@:\[\]]+)(?::(?P<port>[0-9]{{1,5}}))?"
_REST = rf"(?:[/?#][^{_BAD}]*)?"
_URL = rf"(?i:https?)://{_HOST}{_REST}"
_WEBSOCKET = rf"(?i:wss?)://{_HOST}{_REST}"
is_url = re.compile(_URL).fullmatch
is_websocket = re.compile(_WEBSOCKET).fullmatch
is_sip = re.compile(rf"(?i:sips?):[^{_BAD}]+").fullmatch
# The usual addresses, tried first: all that these let through is right.
_PLAIN = r"[A-Za-z0-9.-]+(?::[0-9]{1,4})?(?:[/?#][!#-;=?-\[\]-~]*)?"
is_plain_url = re.compile(rf"https?://{_PLAIN}").fullmatch
is_plain_websocket = re.compile(rf"wss?://{_PLAIN}").fullmatch
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]")
_SIGN = re.compile(r"[<>\"\\]")
is_identity = re.compile(
    r"[^.;\s]+\.[^.;\s]+\.[^.;\s]+;info=<[^>\s]+>;alg=([A-Za-z0-9]+);ppt=\"?([A-Za-z]+)\"?"
).fullmatch
TAG = re.compile(r"<[^<>]*>")


def quote(text: str) -> str:
    """The text in quotes for a message; cut where it is long."""
    shown = text if len(text) <= 60 else text[:59] + "…"
    return '"' + "".join(char if char.isprintable() else repr(char)[1:-1] for char in shown) + '"'


def phone(text: str) -> Wrong:
    """7 to 15 digits that do not begin with 0 (oas v1 1.10.0, SDKs)."""
    if is_phone(text):
        return None
    if not text:
        return "E314", "is empty; a phone number is wanted"
    why = "holds more than digits"
    if text.isascii() and text.isdigit():
        why = "begins with 0; write it with its country code"
        if text[0] != "0":
            why = f"has {len(text)} digits; 7 to 15 are wanted"
    elif text[0] == "+":
        why = "begins with +; the API wants digits alone"
    return "E303", f"is no phone number in E.164 digits: {quote(text)} {why}"


def phone_or_sip(text: str) -> Wrong:
    """A number as above, or a SIP URI (oas v1 1.10.0: `from.number`)."""
    return sip(text) if text[:4].lower() in ("sip:", "sips") else phone(text)


def _address(text: str, what: str, schemes: str, code: str) -> Wrong:
    if not text:
        return "E314", f"is empty; {what} is wanted"
    if _SPACE.search(text):
        return code, f"is no {what.split(' ', 1)[1]}: {quote(text)} holds a space or control character"
    scheme = _SCHEME.match(text)
    if not scheme or (scheme[1].lower() not in schemes.split() and not text[scheme.end() :].startswith("//")):
        kind = "data URLs cannot be used" if text[:5].lower() == "data:" else f"{quote(text)} has no scheme"
        return code, f"must be {what} beginning with {' or '.join(s + '://' for s in schemes.split())}: {kind}"
    if scheme[1].lower() not in schemes.split():
        allowed = " or ".join(f"{s}://" for s in schemes.split())
        return code, f"must be {what} beginning with {allowed}, not {scheme[1]}://"
    if sign := _SIGN.search(text):
        return code, f"is no {what.split(' ', 1)[1]}: {quote(text)} holds {sign[0]}"
    return code, f"is no {what.split(' ', 1)[1]}: {quote(text)} has no host, or a malformed host or port"


def _port_fits(match: re.Match[str]) -> bool:
    port = match["port"]
    return port is None or int(port) <= 65535


def url(text: str) -> Wrong:
    """An absolute http or https URL with a host."""
    match = is_url(text)
    return None if match and _port_fits(match) else _address(text, "a URL", "http https", "E305")


def websocket(text: str) -> Wrong:
    """A ws or wss URI with a host (python-sdk 1.1.1)."""
    match = is_websocket(text)
    return None if match and _port_fits(match) else _address(text, "a WebSocket URI", "ws wss", "E308")


def sip(text: str) -> Wrong:
    """`sip:` or `sips:` and something behind it (voice-api.md 2.4)."""
    if is_sip(text):
        return None
    if not text:
        return "E314", "is empty; a SIP URI is wanted"
    why = "holds a space, a quote or a control character"
    if text[:4].lower() != "sip:" and text[:5].lower() != "sips:":
        why = "does not begin with sip: or sips:"
    elif text.lower() in ("sip:", "sips:"):
        why = "ends behind the scheme"
    return "E306", f"is no SIP URI: {quote(text)} {why}"


def dtmf(text: str) -> Wrong:
    """Keys to send: digits, *, # and p, a pause of 500 ms (dtmf guide)."""
    if is_dtmf(text):
        return None
    if not text:
        return "E314", "is empty; keys such as p*123# are wanted"
    wrong = next(char for char in text if char not in f"{KEYS}p")
    return "E307", f"cannot send {quote(wrong)}: keys are 0-9, *, # and p (a pause of half a second)"


def key(text: str) -> Wrong:
    """One key that a caller can press."""
    if is_key(text):
        return None
    return (
        ("E307", f"must be one key of 0-9, * and #, not {quote(text)}")
        if text
        else ("E314", "is empty; a key is wanted")
    )


def identity(text: str) -> Wrong:
    """`<header.payload.signature>;info=<https://cert>;alg=ES256;ppt="shaken"` (oas v1 1.10.0)."""
    match = is_identity(text)
    if not match:
        wanted = 'JWT;info=<https://…>;alg=ES256;ppt="shaken"'
        return "E313", f"is no Identity header; its form is {wanted}"
    if match[1] != "ES256":
        return "E313", f"must be signed with alg=ES256, not {quote(match[1])}"
    if match[2] != "shaken":
        return "E313", f'must have ppt="shaken", not {quote(match[2])}'
    return None


def broken_headers(headers: Mapping[Any, Any]) -> Iterator[tuple[Any, bool]]:
    """The headers that would not be one line of a message: the name of each, and whether the fault is in the name."""
    for name, value in headers.items():
        if _CONTROL(str(name)):
            yield name, True
        elif any(map(_CONTROL, _texts_in(value))):
            yield name, False


_CONTROL = re.compile(r"[\x00-\x1F\x7F]").search


def _texts_in(value: object) -> Iterator[str]:
    """The texts in a value, names of members too. Does not recurse."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            stack.extend((*map(str, item), *item.values()))
        elif isinstance(item, list | tuple):
            stack.extend(item)


def text(text: str) -> Wrong:
    """What talk says: at most 1500 characters, SSML tags not counted."""
    if not text:
        return "E314", "is empty; there is nothing to say"
    if len(text) > TEXT_LIMIT:
        size = len(TAG.sub("", text)) if is_ssml(text) else len(text)
        if size > TEXT_LIMIT:
            return "E311", f"holds {size} characters; at most {TEXT_LIMIT} can be spoken by one talk"
    return None


def shortened(text: str) -> str:
    """A text that one talk can say: what is too long is cut behind a word. SSML keeps all of its tags."""
    if not is_ssml(text):
        return _cut(text, TEXT_LIMIT)
    left = TEXT_LIMIT
    pieces = []
    for number, piece in enumerate(_TAGS.split(text)):
        if number % 2 == 0:
            whole = len(piece) <= left
            piece = piece if whole else _PART_OF_ENTITY.sub("", _cut(piece, left))
            left = left - len(piece) if whole else 0
        pieces.append(piece)
    return "".join(pieces)


def _cut(text: str, most: int) -> str:
    """At most so many characters: whole words, or the beginning of one that alone is longer."""
    if len(text) <= most:
        return text
    words = text[: most + 1].rsplit(None, 1)
    return words[0] if len(words) > 1 or text[most].isspace() else text[:most]


def is_ssml(text: str) -> bool:
    return text.lstrip().startswith("<speak")
