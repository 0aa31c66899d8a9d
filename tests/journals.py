"""The journals that all tests of journals and books run with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nccodsl.client import Journal
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.clock import Reading, read_clocks
from nccodsl.client.postgres_journal import PostgresJournal
from tests.postgres import schema_in

KINDS = ("sqlite", "postgres")


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
