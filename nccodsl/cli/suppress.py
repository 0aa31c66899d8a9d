"""`nccodsl suppress`: the numbers that opted out of a server's calls."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.base.plural import counted
from nccodsl.cli.output import joined, lines_of, print_out
from nccodsl.cli.servers_store import refused, servers_store
from nccodsl.cli.spreadsheet_cells import plain_cell
from nccodsl.cli.suppress_options import (
    SuppressAddOptions,
    SuppressExportOptions,
    SuppressImportOptions,
    SuppressListOptions,
    SuppressRemoveOptions,
)
from nccodsl.server.refusals import ServeError
from nccodsl.server.stores.suppressions import Suppressed

_COLUMNS = Suppressed._fields

__all__ = [
    "SuppressAddOptions",
    "SuppressExportOptions",
    "SuppressImportOptions",
    "SuppressListOptions",
    "SuppressRemoveOptions",
    "add_numbers",
    "export_numbers",
    "import_from",
    "list_numbers",
    "remove_numbers",
]


def list_numbers(wanted: SuppressListOptions) -> int:
    """Print who has opted out."""
    try:
        found = _all(wanted.store)
    except ServeError as error:
        return refused(error)
    if wanted.as_json or wanted.form == "json":
        print_out([_object(one) for one in found])
    else:
        lines = (joined(f"{one.number:<15}  {_time(one)}  {one.reason}", _source(one)) for one in found)
        print_out(lines_of(lines) or "No numbers are suppressed.")
    return 0


def export_numbers(wanted: SuppressExportOptions) -> int:
    """Print who has opted out, for other programs."""
    try:
        found = _all(wanted.store)
    except ServeError as error:
        return refused(error)
    if wanted.form == "json":
        print_out([_object(one) for one in found])
        return 0
    table = io.StringIO()
    writer = csv.DictWriter(table, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: plain_cell(value) for name, value in _object(one).items()} for one in found)
    print_out(table.getvalue().rstrip("\n"))
    return 0


def add_numbers(wanted: SuppressAddOptions) -> int:
    """Suppress numbers."""
    try:
        numbers = [_number(one) for one in wanted.numbers]
        with servers_store(wanted.store, create=True) as store:
            assert store is not None
            added = [one for one in numbers if store.suppressions.add(one, wanted.reason)]
    except ServeError as error:
        return refused(error)
    return _told(added, "suppressed", as_json=wanted.as_json or wanted.form == "json")


def remove_numbers(wanted: SuppressRemoveOptions) -> int:
    """Suppress numbers no more; none is removed where one is unknown."""
    try:
        with servers_store(wanted.store) as store:
            known = {one.number for one in store.suppressions.list()} if store is not None else set()
            numbers = [one if one in known else _number(one) for one in wanted.numbers]
            if unknown := [one for one in numbers if one not in known]:
                raise click.UsageError(f"`{unknown[0][:40]}` is not suppressed; see `nccodsl suppress list`.")
            removed = store.suppressions.remove(numbers) if store is not None else ()
    except ServeError as error:
        return refused(error)
    return _told(removed, "removed", as_json=wanted.as_json or wanted.form == "json")


def import_from(wanted: SuppressImportOptions) -> int:
    """Suppress the numbers of a table; the exit code."""
    from nccodsl.cli.suppress_import import import_numbers

    return import_numbers(wanted)


def _all(where: str | None) -> list[Suppressed]:
    with servers_store(where) as store:
        return list(store.suppressions.list()) if store is not None else []


def _number(text: str) -> str:
    try:
        return digits(text)
    except NotAPhoneNumber as reason:
        raise click.UsageError(f"`{text[:40]}` is not a valid phone number: {reason}.") from None


def _told(numbers: Iterable[str], what: str, *, as_json: bool) -> int:
    done = list(numbers)
    print_out({"numbers": done} if as_json else f"{counted(len(done), 'number')} {what}.")
    return 0


def _object(one: Suppressed) -> dict[str, str]:
    return {**one._asdict(), "since": _time(one)}


def _time(one: Suppressed) -> str:
    return datetime.fromtimestamp(one.since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _source(one: Suppressed) -> str:
    return f"  ({one.source})" if one.source else ""
