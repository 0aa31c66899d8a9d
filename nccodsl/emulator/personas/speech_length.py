"""How long speech takes, at a plausible rate: some 165 words a minute, digits and pauses counted by themselves.

`python -m tests.bench speech_estimate` measures how far that is from a voice.

And in which voice a text is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from nccodsl.voice.forms import TAG, is_ssml
from nccodsl.voice.languages import languages

LANGUAGE, STYLE = "en-US", 0
"""What the platform speaks in where nothing is said (NCCO reference)."""

LETTER, DIGIT = 0.07, 0.3  # seconds; a digit is read as a word of its own
ARABIC_LETTER, CHINESE_CHARACTER = 0.11, 0.25  # most vowels of Arabic are not written; a character is a syllable
_LONG, _MIDDLE, _SHORT = 0.45, 0.3, 0.2
PAUSES = {
    **dict.fromkeys(".!?。！？؟", _LONG),
    **dict.fromkeys(":;：；؛", _MIDDLE),
    **dict.fromkeys(",，、،\n", _SHORT),
}
BREAKS = {"none": 0.0, "x-weak": 0.1, "weak": 0.25, "medium": 0.5, "strong": 0.75, "x-strong": 1.0}
RATES = {"x-slow": 1.8, "slow": 1.3, "medium": 1.0, "fast": 0.8, "x-fast": 0.6}
SHORTEST = 0.4

_BREAK = re.compile(r"<break\b[^<>]*>")
_TIME = re.compile(r"""time\s*=\s*["']\+?([\d.]+)(ms|s)["']""")
_STRENGTH = re.compile(r"""strength\s*=\s*["']([a-z-]+)["']""")
_PROSODY = re.compile(r"<prosody\b[^<>]*>|</prosody>")
_RATE = re.compile(r"""rate\s*=\s*["']([a-z-]+)["']""")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#34;": '"', "&#39;": "'"}
_ENTITY = re.compile("|".join(_ENTITIES))
_SPACE = re.compile(r"\s+")
_LOOSE = re.compile(r" ([.,;:!?])")


@lru_cache(maxsize=1024)
def seconds_to_say(text: str) -> float:
    """How long a voice takes for plain text or SSML, in seconds."""
    total = 0.0
    if is_ssml(text):
        total += sum(_break(tag) for tag in _BREAK.findall(text))
        for rate, inner in _rates(text):
            total += (RATES.get(rate, 1.0) - 1.0) * _plain_seconds(spoken_words(f"<speak>{inner}</speak>"))
    return max(round(total + _plain_seconds(spoken_words(text)), 2), SHORTEST)


@lru_cache(maxsize=1024)
def spoken_words(text: str) -> str:
    """What is heard of plain text or SSML: the words, without tags."""
    if is_ssml(text):
        text = _ENTITY.sub(lambda found: _ENTITIES[found[0]], TAG.sub(" ", text))
        return _LOOSE.sub(r"\1", _SPACE.sub(" ", text)).strip()
    return _SPACE.sub(" ", text).strip()


def _rates(text: str) -> Iterator[tuple[str, str]]:
    """The rates that SSML asks for, and what each is for: up to the first end of a `<prosody>`."""
    rate, start = "", 0
    for tag in _PROSODY.finditer(text):
        if tag[0] == "</prosody>":
            if rate:
                yield rate, text[start : tag.start()]
            rate = ""
        elif not rate and (found := _RATE.search(tag[0])):
            rate, start = found[1], tag.end()


def voice_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """The `language` and `style` of a talk, or of a request to talk, as far as they are not the defaults."""
    language, style = options.get("language"), options.get("style")
    named = options.get("voiceName", options.get("voice_name"))
    pairs = languages().voices.get(named, ()) if isinstance(named, str) else ()
    if language is None and style is None and pairs:
        language, style = pairs[0]
    voice: dict[str, Any] = {}
    if isinstance(language, str) and language.casefold() != LANGUAGE.casefold():
        voice["language"] = languages().tts_folded.get(language.casefold(), language)
    number = _number(style)
    if number is not None and number != STYLE:
        voice["style"] = number
    return voice


def _number(value: object) -> int | None:
    """A whole number, also one that stands in a text, as the platform takes it."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _plain_seconds(words: str) -> float:
    return sum(DIGIT if letter.isdigit() else _letter(letter) + PAUSES.get(letter, 0.0) for letter in words)


def _letter(letter: str) -> float:
    if "\u4e00" <= letter <= "\u9fff":
        return CHINESE_CHARACTER
    return ARABIC_LETTER if "\u0600" <= letter <= "\u06ff" and letter.isalpha() else LETTER


def _break(tag: str) -> float:
    if time := _TIME.search(tag):
        return min(float(time[1]) * (0.001 if time[2] == "ms" else 1.0), 60.0) if time[1].count(".") < 2 else 0.0
    strength = _STRENGTH.search(tag)
    return BREAKS.get(strength[1] if strength else "medium", 0.5)
