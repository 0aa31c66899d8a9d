"""The published languages, styles and voices of speech, both ways.

Owns: looking them up in ``languages.json``, which is loaded at the first question. They are open lists: what is not
found is warned of, never refused.
"""

from __future__ import annotations

import json
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
