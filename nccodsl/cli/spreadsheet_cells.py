"""Cells of CSV that spreadsheets read."""

from __future__ import annotations

from typing import TypeVar

_Value = TypeVar("_Value")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain_cell(value: _Value) -> _Value | str:
    """A value that no spreadsheet takes for a formula: texts may hold what callers say."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
