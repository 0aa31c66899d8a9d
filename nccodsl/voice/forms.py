"""The forms of single texts: telephone numbers, URLs, SIP and WebSocket URIs, DTMF, Identity headers, spoken text.

Owns: one function for each form, `text -> None | Message`; the message goes on behind the option's name. They look
at the text alone. Does not own: types and ranges (value_rules), whether a number is in use, what SSML means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nccodsl.base.phone import is_phone as is_phone
from nccodsl.diagnostics import Message, messages

TEXT_LIMIT = 1500
"""Characters that one talk may hold, SSML tags not counted (NCCO reference)."""

_TAGS = re.compile(r"(<[^<>]*>)")
_PART_OF_ENTITY = re.compile(r"&[^&;\s]*\Z")
ONE_LINE = "^[^\\x00-\\x1F\\x7F]*$"
"""The pattern of what stands in a header of a message: a line end would begin a header of its own."""

Wrong = Message | None

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
# The usual addresses, tried first: all that these let through is right. Most often, a path follows the host.
_PLAIN_REST = r"[!#-;=?-\[\]-~]*+"
_PLAIN = rf"[A-Za-z0-9.-]++(?:/{_PLAIN_REST}|(?::[0-9]{{1,4}})?(?:[/?#]{_PLAIN_REST})?)"
is_plain_url = re.compile(rf"https?://{_PLAIN}").fullmatch
is_plain_websocket = re.compile(rf"wss?://{_PLAIN}").fullmatch
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]")
_SIGN = re.compile(r"[<>\"\\]")
is_identity = re.compile(
    r"[^.;\s]+\.[^.;\s]+\.[^.;\s]+;info=<[^>\s]+>;alg=([A-Za-z0-9]+);ppt=\"?([A-Za-z]+)\"?"
).fullmatch
TAG = re.compile(r"<[^<>]*>")


def is_phone_or_sip(text: str) -> object:
    """Whether a text is surely right where a number or a SIP URI may stand."""
    return is_phone(text) or is_sip(text)


def quote(text: str) -> str:
    """The text in quotes for a message; cut where it is long."""
    shown = text if len(text) <= 60 else text[:59] + "…"
    return '"' + "".join(char if char.isprintable() else repr(char)[1:-1] for char in shown) + '"'


def phone(text: str) -> Wrong:
    """7 to 15 digits that do not begin with 0 (Voice API reference, SDKs)."""
    if is_phone(text):
        return None
    if not text:
        return messages.forms.empty("a phone number", "write a number such as `14155550101`")
    if text.isascii() and text.isdigit():
        why = messages.forms.begins_with_zero() if text[0] == "0" else messages.forms.so_many_digits(len(text))
    else:
        why = messages.forms.begins_with_plus() if text[0] == "+" else messages.forms.more_than_digits()
    digits = "".join(char for char in text if char in "0123456789").removeprefix("00")
    return messages.forms.no_phone_number(quote(text), why, digits if is_phone(digits) else None)


def phone_or_sip(text: str) -> Wrong:
    """A number as above, or a SIP URI (Voice API reference: `from.number`)."""
    return sip(text) if text[:4].lower() in ("sip:", "sips") else phone(text)


def _address(text: str, schemes: str) -> Wrong:
    if not text:
        return messages.forms.empty_address(schemes)
    if _SPACE.search(text):
        encoded = _SPACE.sub("%20", text.strip())
        return messages.forms.no_address(
            schemes, messages.forms.space_in_address(quote(text)), _sound(encoded, schemes)
        )
    scheme = _SCHEME.match(text)
    if not scheme or (scheme[1].lower() not in schemes.split() and not text[scheme.end() :].startswith("//")):
        instead = None if text[:5].lower() == "data:" else web_address(text, schemes)
        return messages.forms.no_scheme(schemes, quote(text), instead)
    if scheme[1].lower() not in schemes.split():
        return messages.forms.other_scheme(schemes, scheme[1], web_address(text[scheme.end() :], schemes))
    if sign := _SIGN.search(text):
        encoded = _SIGN.sub(lambda found: f"%{ord(found[0]):02X}", text)
        wrong = messages.forms.sign_in_address(quote(text), sign[0])
        return messages.forms.no_address(schemes, wrong, _sound(encoded, schemes))
    return messages.forms.no_address(schemes, messages.forms.no_host(quote(text)), None)


def _sound(text: str, schemes: str) -> str | None:
    """An address, if it is one now."""
    return text if (is_url if schemes == "http https" else is_websocket)(text) else None


def web_address(text: str, schemes: str = "http https") -> str:
    """The whole address that a text without a scheme may stand for: a host with its path, or a file."""
    scheme, rest = schemes.split()[1], text.strip().lstrip("./")
    rest = _SIGN.sub("", _SPACE.sub("%20", rest))
    host, slash, _ = rest.partition("/")
    is_host = bool(slash and "." in host) or host.endswith((".com", ".org", ".net", ".io", ".test")) or ":" in host
    whole = f"{scheme}://{rest}" if is_host else f"{scheme}://example.com/{rest}"
    return whole if _sound(whole, schemes) else f"{scheme}://example.com/"


def _port_fits(match: re.Match[str]) -> bool:
    port = match["port"]
    return port is None or int(port) <= 65535


def url(text: str) -> Wrong:
    """An absolute http or https URL with a host."""
    match = is_url(text)
    return None if match and _port_fits(match) else _address(text, "http https")


def websocket(text: str) -> Wrong:
    """A ws or wss URI with a host (python-sdk 1.1.1)."""
    match = is_websocket(text)
    return None if match and _port_fits(match) else _address(text, "ws wss")


_SIP_EXAMPLE = 'write a SIP URI such as `"sip:desk@pbx.example.com"`'


def sip(text: str) -> Wrong:
    """`sip:` or `sips:` and something behind it (NCCO reference)."""
    if is_sip(text):
        return None
    return messages.forms.no_sip(quote(text), text) if text else messages.forms.empty("a SIP URI", _SIP_EXAMPLE)


def dtmf(text: str) -> Wrong:
    """Keys to send: digits, *, # and p, a pause of 500 ms (dtmf guide)."""
    if is_dtmf(text):
        return None
    if not text:
        return messages.forms.no_keys()
    sent = "".join(char for char in text.lower().replace("w", "p").replace(",", "p") if char in f"{KEYS}p")
    return messages.forms.cannot_send(quote(next(char for char in text if char not in f"{KEYS}p")), sent)


def key(text: str) -> Wrong:
    """One key that a caller can press."""
    if is_key(text):
        return None
    if not text:
        return messages.forms.empty("a key", 'write a key such as `"#"`')
    return messages.forms.not_one_key(quote(text), next((char for char in text if char in KEYS), None))


def identity(text: str) -> Wrong:
    """`<header.payload.signature>;info=<https://cert>;alg=ES256;ppt="shaken"` (Voice API reference)."""
    match = is_identity(text)
    if not match:
        return messages.forms.no_identity()
    if match[1] != "ES256":
        return messages.forms.other_alg(quote(match[1]))
    return messages.forms.other_ppt(quote(match[2])) if match[2] != "shaken" else None


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
        return messages.forms.nothing_to_say()
    if len(text) > TEXT_LIMIT:
        size = len(TAG.sub("", text)) if is_ssml(text) else len(text)
        if size > TEXT_LIMIT:
            return messages.forms.too_long_to_say(size, TEXT_LIMIT)
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
