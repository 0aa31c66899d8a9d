"""The published languages, styles and voices of speech, both ways.

Owns: looking them up in ``languages.json``, which is loaded at the first question. They are open lists: what is not
found is warned of, never refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pkgutil import get_data

from nccodsl.base.record import Record


class Languages(Record):
    """`tts`: language code to style numbers; `premium` and `ssml`: those of them that have a premium voice, that take
    SSML; `voices`: legacy voice name to (language, style) pairs; `asr`: language codes of speech recognition."""

    tts: dict[str, frozenset[int]]
    premium: dict[str, frozenset[int]]
    ssml: dict[str, frozenset[int]]
    voices: dict[str, tuple[tuple[str, int], ...]]
    asr: tuple[str, ...]
    asr_folded: frozenset[str]
    tts_folded: dict[str, str]


@lru_cache(maxsize=1)
def languages() -> Languages:
    data = json.loads(get_data("nccodsl.voice", "languages.json") or b"")
    tts = data["tts"]
    return Languages(
        {code: frozenset(row["styles"]) for code, row in tts.items()},
        {code: frozenset(row.get("premium", ())) for code, row in tts.items()},
        {code: frozenset(row.get("ssml", ())) for code, row in tts.items()},
        {name: tuple((code, style) for code, style in pairs) for name, pairs in data["voices"].items()},
        tuple(data["asr"]),
        frozenset(code.casefold() for code in (*data["asr"], *data["asr_aliases"])),
        {code.casefold(): code for code in tts},
    )


_BY_NAME = {
    "english": "en-US en-GB",
    "british": "en-GB",
    "american": "en-US",
    "german": "de-DE",
    "deutsch": "de-DE",
    "french": "fr-FR fr-CA",
    "spanish": "es-ES es-MX",
    "italian": "it-IT",
    "portuguese": "pt-PT pt-BR",
    "dutch": "nl-NL",
    "polish": "pl-PL",
    "swedish": "sv-SE",
    "danish": "da-DK",
    "norwegian": "nb-NO no-NO",
    "finnish": "fi-FI",
    "turkish": "tr-TR",
    "russian": "ru-RU",
    "japanese": "ja-JP",
    "korean": "ko-KR",
}
"""Languages as people call them, by the codes that are most likely meant."""
_MOST_MEANT = 4


def meant(text: str, published: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The published codes that a language which is not published likely stands for, the likeliest first.

    And whether it is certain that the only one is meant: another region is another voice.
    """
    codes = {code.casefold(): code for code in published}
    folded = text.strip().casefold().replace("_", "-").replace("en-uk", "en-gb")
    if folded in codes:
        return (codes[folded],), True
    language, _, region = folded.partition("-")
    usual = next((row for name, row in _BY_NAME.items() if folded == name or row.startswith(f"{language}-")), "")
    named = tuple(code for code in usual.split() if code.casefold() in codes)
    if named and not region:
        return named, len(named) == 1
    of_language = sorted(code for key, code in codes.items() if key.startswith(f"{language}-"))
    return tuple(dict.fromkeys((*named, *of_language)))[:_MOST_MEANT], False
