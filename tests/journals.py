"""The journals that all tests of journals and books run with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nccodsl.client import Journal
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.clock import Reading, read_clocks
from nccodsl.client.open_journal import BOOK_VARIABLE, open_journal
from nccodsl.client.postgres_journal import PostgresJournal
from nccodsl.io.folders import STATE_VARIABLE
from tests.postgres import schema_in
from tests.sizes import examples

KINDS = ("sqlite", "postgres")


def seeds(kind: str, full: int) -> int:
    """How many seeds a test tries with a journal of a kind: fewer where each statement is on its way for longer."""
    return examples(full) // (5 if kind == "postgres" else 1)


@contextmanager
def journal_of(
    kind: str, request: pytest.FixtureRequest, folder: Path, clock: Callable[[], Reading] = read_clocks
) -> Iterator[CallJournal]:
    """An empty journal of a kind, with a clock."""
    if kind == "sqlite":
        with Journal(folder, clock=clock) as journal:
            yield journal
        return
    with schema_in(request.getfixturevalue("postgres")) as url, PostgresJournal(url, clock, clock) as journal:
        yield journal


def kept_in(folder: Path) -> CallJournal:
    """The journal of the processes of a test: in the database of `NCCODSL_BOOK`, or else in a folder."""
    return open_journal(environ={**os.environ, STATE_VARIABLE: str(folder)})


def use_journal(kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `kept_in` open a journal of a kind."""
    if kind == "postgres":
        monkeypatch.setenv(BOOK_VARIABLE, request.getfixturevalue("postgres_url"))
