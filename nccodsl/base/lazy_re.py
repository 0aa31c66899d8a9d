"""Regular expressions that are compiled when they are first used: most commands need few of those that they import."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # that of `typing`, whose import this saves
if TYPE_CHECKING:
    from typing import Any


def compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, for what is named at the top of a module. A wrong pattern raises `re.error` when it is used."""
    lazy: Any = _Lazy(pattern, flags)
    stands_in: re.Pattern[str] = lazy
    return stands_in


class _Lazy:
    """Stands in for a compiled expression, and takes over each of its methods when that is asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found
