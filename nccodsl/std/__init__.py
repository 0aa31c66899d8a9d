"""The library of the language: dialogs that many scripts need, in files that `include <std/NAME.call>` reads."""

from __future__ import annotations

from pathlib import Path

from nccodsl.errors import CannotRead

_FOLDER = Path(__file__).parent
LIBRARY = "std"
"""What the library is called."""
_PREFIX = f"{LIBRARY}/"


def library_names() -> list[str]:
    """The files of the library as a script includes them, without `.call`: `std/confirm`."""
    return sorted(f"{_PREFIX}{path.stem}" for path in _FOLDER.glob("*.call"))


def in_brackets(path: str) -> str:
    """What a file of the library is called among the files of a script: `<std/confirm.call>`."""
    return f"<{path}>"


def is_library(name: str) -> bool:
    """Whether a file of a script is one of the library."""
    return name.startswith("<") and name.endswith(".call>")


def read_library(wanted: str, including: str = "") -> tuple[str, str]:
    """Name and text of a file such as `<std/confirm.call>`. Raises CannotRead."""
    path = wanted.removeprefix(f"<{_PREFIX}").removesuffix(">")
    if wanted != in_brackets(f"{_PREFIX}{path}") or "/" in path or not (_FOLDER / path).is_file():
        raise CannotRead(f"the library has no {wanted}")
    return wanted, (_FOLDER / path).read_text(encoding="utf-8")
