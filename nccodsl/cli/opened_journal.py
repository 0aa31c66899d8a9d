"""The journal of a command: in the database that `--book` or NCCODSL_BOOK names, or in the file of this machine."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.open_journal import open_journal


def opened_journal() -> CallJournal:
    """The journal. Raises BadJournal."""
    return open_journal(named_book())


def named_book() -> str | None:
    """What `--book` says."""
    found = click.get_current_context().find_root().meta.get(BOOK)
    return found if isinstance(found, str) else None
