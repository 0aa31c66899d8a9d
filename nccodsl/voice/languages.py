"""The published languages, styles and voices of speech, both ways.

Owns: looking them up in ``languages.json``, which is loaded at the first question. They are open lists: what is not
found is warned of, never refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache

from nccodsl.base.package_data import package_data
from nccodsl.base.record import Record
from nccodsl.diagnostics import messages
from nccodsl.diagnostics.suggest import did_you_mean, nearest, such_as


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
    data = json.loads(package_data(__file__, "languages.json"))
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


_USUAL = (
    "en-US en-GB",
    "fr-FR fr-CA",
    "es-ES es-MX",
    "pt-PT pt-BR",
    "nb-NO no-NO",
    "de-DE",
    "it-IT",
    "nl-NL",
    "cmn-CN cmn-TW yue-HK zh zh-TW",
)
"""Codes of languages with several, the likeliest first."""
_IN_ENGLISH = {
    "american": "american english",
    "british": "british english",
    "flemish": "dutch belgium",
    "uk": "united kingdom",
    "usa": "united states",
    "us": "united states",
    "deutsch": "german",
    "español": "spanish",
    "castellano": "spanish spain",
    "français": "french",
    "italiano": "italian",
    "português": "portuguese",
    "nederlands": "dutch",
    "polski": "polish",
    "svenska": "swedish",
    "dansk": "danish",
    "norsk": "norwegian",
    "suomi": "finnish",
    "türkçe": "turkish",
    "русский": "russian",
    "日本語": "japanese",
    "한국어": "korean",
    "中文": "chinese",
}
"""What people call languages and countries, in CLDR's words."""
_CLDR = {"cmn": "zh", "arb": "ar"}
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
    usual = next((row for row in _USUAL if row.startswith(f"{language}-")), "")
    likely = tuple(code for code in usual.split() if code.casefold() in codes)
    if likely and not region:
        return likely, len(likely) == 1
    of_language = sorted(code for key, code in codes.items() if key.startswith(f"{language}-"))
    if of_language:
        near = nearest(region, (code.partition("-")[2] for code in of_language))
        first = [code for code in of_language if code.partition("-")[2] == near]
        return tuple(dict.fromkeys((*first, *likely, *of_language)))[:_MOST_MEANT], False
    named = _called(folded, codes.values())
    return named[:_MOST_MEANT], len(named) == 1


def _called(name: str, published: Iterable[str]) -> tuple[str, ...]:
    """The codes of a language with an English name, such as "spanish (mexico)"."""
    plain = "".join(char if char.isalpha() else " " for char in name)
    words = {part for word in plain.split() for part in _IN_ENGLISH.get(word, word).split()}
    order = " ".join(_USUAL).split()
    found = sorted(code for code in published if _is_called(code, words))
    return tuple(code for code in order if code in found) or tuple(found)


def _is_called(code: str, words: set[str]) -> bool:
    return any(words & language and words <= language | region for language, region in _names(code))


@lru_cache(maxsize=256)
def _names(code: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """The words of a language's English names, and of its country's. None of dialects such as `en-GB-SCT`."""
    from babel import Locale  # slow to import, and languages by name are rare

    english = Locale("en")
    first, _, region = code.partition("-")
    if len(region) > 2:
        return ()
    cldr = _CLDR.get(first, first)
    names = [english.languages.get(name, "") for name in (cldr, f"{cldr}_{region}")]
    names += ["Mandarin Chinese"] if cldr == "zh" else ["Cantonese Chinese"] if cldr == "yue" else []
    country = frozenset(english.territories.get(region, "").casefold().split())
    return tuple((frozenset(name.casefold().split()), country) for name in names if name)


def language_advice(text: str, published: Iterable[str], shown: str) -> str:
    """The help for a language that is not published. `shown`: a code as it is written there."""
    published = tuple(published)
    codes, sure = meant(text, published)
    if codes:
        return messages.tolerated.language_meant(text, codes, sure)
    near = did_you_mean(text, published) if "-" in text else None
    return near or such_as(shown, "a language code")
