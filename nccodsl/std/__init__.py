"""The library of the language: dialogs that many scripts need, in files that `include <std/NAME.call>` reads."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nccodsl.errors import CannotRead

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = "std"
"""What the library is called."""
_PREFIX = f"{LIBRARY}/"
_LOCALE = "locale"
WRITTEN_IN = "en"
"""The language of its texts."""


@cache
def _folder() -> Path:
    from pathlib import Path  # most scripts include nothing

    return Path(__file__).parent


def library_names() -> list[str]:
    """The files of the library as a script includes them, without `.call`: `std/confirm`."""
    return sorted(f"{_PREFIX}{path.stem}" for path in _folder().glob("*.call"))


def in_brackets(path: str) -> str:
    """What a file of the library is called among the files of a script: `<std/confirm.call>`."""
    return f"<{path}>"


def is_library(name: str) -> bool:
    """Whether a file of a script is one of the library: a script, or translations."""
    return name.startswith(f"<{_PREFIX}") and name.endswith((".call>", ".po>"))


def library_translations(language: str) -> str:
    """The file of translations for a language such as `es-MX`: of that language, else of the same one elsewhere."""
    known = {path.stem.casefold(): path.stem for path in (_folder() / _LOCALE).glob("*.po")}
    code = language.casefold()
    alike = (stem for name, stem in sorted(known.items()) if name.partition("-")[0] == code.partition("-")[0])
    return in_brackets(f"{_PREFIX}{_LOCALE}/{known.get(code) or next(alike, language)}.po")


def read_library(wanted: str, including: str = "") -> tuple[str, str]:
    """Name and text of a file such as `<std/confirm.call>`. Raises CannotRead."""
    path = wanted.removeprefix(f"<{_PREFIX}").removesuffix(">")
    parts = path.split("/")
    inside = len(parts) == 1 or (len(parts) == 2 and parts[0] == _LOCALE)
    if not is_library(wanted) or not inside or not (_folder() / path).is_file():
        raise CannotRead(f"the library has no {wanted}", missing=True)
    return wanted, (_folder() / path).read_text(encoding="utf-8")
