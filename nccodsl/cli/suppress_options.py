"""What the commands of `nccodsl suppress` ask for."""

from __future__ import annotations

from nccodsl.base.record import Record


class SuppressListOptions(Record):
    """What `suppress list` asks for."""

    store: str | None
    form: str | None
    as_json: bool


class SuppressExportOptions(Record):
    """What `suppress export` asks for."""

    store: str | None
    form: str | None


class SuppressAddOptions(Record):
    """Which numbers are suppressed, and why."""

    numbers: tuple[str, ...]
    reason: str
    store: str | None
    form: str | None
    as_json: bool


class SuppressRemoveOptions(Record):
    """Which numbers are suppressed no more."""

    numbers: tuple[str, ...]
    store: str | None
    form: str | None
    as_json: bool


class SuppressImportOptions(Record):
    """What `suppress import` asks for: `column` has the numbers, `reason` is that of rows without one."""

    file: str
    column: str
    reason: str
    store: str | None
    as_json: bool
