"""Texts: their lengths, enumerations and forms.

Owns: `TEXTS`, what judges each kind of text. Does not own: the forms themselves (forms).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from nccodsl.diagnostics import Message, messages
from nccodsl.diagnostics.suggest import either, remove
from nccodsl.voice import forms
from nccodsl.voice.catalogue import Option
from nccodsl.voice.findings import Findings, digits_of, is_decimal, wrong_type
from nccodsl.voice.languages import language_advice, languages
from nccodsl.voice.problems import MISSING, Path, Problem

Judge = Callable[[Option, Any, Path, Findings], Any]
"""Judges one value, and returns it as JSON wants it."""

PHONES = ("phone", "phone_or_sip", "caller")
"""Kinds of options that take a telephone number."""
ADDRESSES = frozenset(("url", "webhook", "ws", "sip"))
"""Kinds of options that take an address."""


def _text_of(option: Option, value: Any, path: Path, found: Findings, wanted: str) -> str | None:
    """The value if it is a text, or a number that a script may write for one; else None, and reported."""
    if isinstance(value, str):
        return value
    is_number = (isinstance(value, int | float) and not isinstance(value, bool)) or is_decimal(value)
    if is_number and found.manner.script and (not isinstance(value, float) or math.isfinite(value)):
        return str(value)
    if option.kind in PHONES and type(value) is int and forms.is_phone(digits := digits_of(value)):
        found.report(messages.tolerated.number_for_digits(found.say(option)), path, replacement=digits)
        return digits
    replacement = str(value) if is_number and isinstance(value, int) and value.bit_length() < 400 else MISSING
    help = found.instead(str(value).lower()) if isinstance(value, bool) and option.kind == "string" else None
    wrong_type(option, value, wanted, path, found, replacement, help)
    return None


def _enum(option: Option, value: Any, path: Path, found: Findings) -> Any:
    if not isinstance(value, str):
        return wrong_type(option, value, either(option.enum), path, found, help=found.near(value, option.enum))
    if value in option.tolerated:
        name, shown = found.say(option), forms.quote(value)
        help = found.near(value, option.enum)
        found.report(messages.tolerated.tolerated_value(name, shown, option.tolerated_as, help), path)
    elif value not in option.enum:
        same = next((choice for choice in option.enum if choice.casefold() == value.casefold()), MISSING)
        help = found.near(value, option.enum) if same is MISSING or found.manner.script else None
        message = messages.values.not_one_of(found.say(option), either(option.enum), forms.quote(value), help)
        found.report(message, path, replacement=same)
    return value


def _string(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _text_of(option, value, path, found, "a string")
    if text is None:
        return value
    if option.min_length and not text:
        name = found.say(option)
        help: str | None = f'write a value such as `"{option.json_name}"`' if option.required else remove(name)
        _misshapen(option, messages.forms.empty(help=help), path, found)
    elif option.max_length is not None and len(text) > option.max_length:
        _misshapen(option, messages.forms.too_long(text, option.max_length), path, found)
    elif option.pattern and not compiled(option.pattern)(text):
        form, listed = _PATTERNS.get(option.pattern), bool(option.known)
        clean = "".join(char for char in text if " " <= char <= "~" or (char.isprintable() and form != _ASCII))
        instead = clean if clean and compiled(option.pattern)(clean) else None
        message = messages.forms.wrong_form(form, forms.quote(text), instead, listed=listed)
        _misshapen(option, message, path, found)
    elif option.known and (option.warn_always or text not in option.known):
        shown = None if option.warn_always else forms.quote(text)
        help = found.near(text, option.known) if text not in option.known else None
        message = messages.tolerated.not_among_known(option.open_code, found.say(option), shown, help)
        found.report(message, path)
    return text


def _misshapen(option: Option, wrong: Message, path: Path, found: Findings, replacement: object = MISSING) -> None:
    found.report(messages.forms.of(f"`{found.say(option)}`", wrong), path, replacement=replacement)


_ASCII = "contain printable ASCII characters only"
_PATTERNS = {
    "^CON-": "begin with CON-",
    forms.ONE_LINE: "contain no line break or other control character",
    "^[\\x20-\\x7E]+$": _ASCII,
    "^audio/l16; ?rate=[0-9]{4,6}$": "be audio/l16;rate=8000, audio/l16;rate=16000 or audio/l16;rate=24000",
}


@lru_cache(maxsize=64)
def compiled(pattern: str) -> Callable[[str], object]:
    # `$` would let a line end through.
    return re.compile(pattern.replace("$", r"\Z")).search


def _formed(check: Callable[[str], forms.Wrong], wanted: str) -> Judge:
    def judge(option: Option, value: Any, path: Path, found: Findings) -> Any:
        text = _text_of(option, value, path, found, wanted)
        if text is None:
            return value
        if wrong := check(text):
            digits = text.lstrip("+").replace(" ", "").replace("-", "")
            fix = digits if wrong.code == "E303" and text[0] == "+" and forms.is_phone(digits) else MISSING
            _misshapen(option, wrong, path, found, fix)
        return text

    return judge


_plain_url = _formed(forms.url, "a URL")


def _webhook(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _plain_url(option, value, path, found)
    if isinstance(text, str) and text[:7].lower() == "http://":
        found.report(messages.tolerated.unencrypted(found.say(option), f"https://{text[7:]}"), path)
    return text


_plain_sip = _formed(forms.sip, "a SIP URI")


def _sip(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _plain_sip(option, value, path, found)
    if isinstance(text, str) and option.soft_max is not None and len(text) > option.soft_max:
        found.report(messages.tolerated.longer_than_documented(found.say(option), len(text), option.soft_max), path)
    return text


_plain_text = _formed(forms.text, "a string")


def _text(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _plain_text(option, value, path, found)
    if isinstance(text, str) and found.manner.ssml and forms.is_ssml(text):
        from nccodsl.voice.ssml import check_ssml  # rare, and its parser is slow to import

        found.extend(Problem(problem.code, path, problem.message, problem.help) for problem in check_ssml(text))
    return text


def _voice(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _string(option, value, path, found)
    if isinstance(text, str) and text not in languages().voices:
        help = found.near(text, sorted(languages().voices)) or "use `language` and `style` instead"
        found.report(messages.tolerated.voice_not_published(found.say(option), forms.quote(text), help), path)
    return text


def _tts(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _string(option, value, path, found)
    if isinstance(text, str) and text.casefold() not in languages().tts_folded:
        _not_published(option, text, languages().tts_folded.values(), path, found)
    return text


def _asr(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _string(option, value, path, found)
    if isinstance(text, str) and text.casefold() not in languages().asr_folded:
        _not_published(option, text, languages().asr, path, found)
    return text


def _not_published(option: Option, text: str, published: Iterable[str], path: Path, found: Findings) -> None:
    help = language_advice(text, published, found.written("en-US") or "en-US")
    found.report(messages.tolerated.language_not_published(found.say(option), forms.quote(text), help), path)


TEXTS: dict[str, Judge] = {
    "enum": _enum,
    "string": _string,
    "digits_text": _string,
    "caller": _string,
    "text": _text,
    "url": _plain_url,
    "webhook": _webhook,
    "sip": _sip,
    "voice": _voice,
    "tts_language": _tts,
    "asr_language": _asr,
    "ws": _formed(forms.websocket, "a WebSocket URI"),
    "phone": _formed(forms.phone, "a phone number in a string"),
    "phone_or_sip": _formed(forms.phone_or_sip, "a phone number in a string"),
    "dtmf": _formed(forms.dtmf, "keys in a string"),
    "key": _formed(forms.key, "a key in a string"),
    "shaken": _formed(forms.identity, "an Identity header"),
}
