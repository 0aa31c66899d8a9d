"""The locale in which values are spoken in a language of the platform. Babel is imported when it is needed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

DEFAULT_LANGUAGE = "en-US"
SPACES = str.maketrans("\u00a0\u202f\u2009", "   ")
"""Spaces of print, which no voice needs."""
# Codes of the platform that Babel knows by another name.
_LANGUAGES = {"cmn": "zh", "arb": "ar", "nb": "nb", "iw": "he"}


def babel_language(language: str) -> str:
    """What Babel calls a language of the platform, without its region."""
    return _LANGUAGES.get(language, language)


@lru_cache(maxsize=64)
def locale_of(language: str | None) -> Locale:
    """The nearest locale; that of the default language where there is none."""
    from babel import Locale, UnknownLocaleError

    name = language or DEFAULT_LANGUAGE
    base = re.split("[-_]", name)[0]
    known = babel_language(base)
    for candidate in (known + name[len(base) :], known):
        try:
            return Locale.parse(candidate.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_US")
