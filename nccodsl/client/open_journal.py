"""Which journal is used: a database that machines share, or the file of this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping

from nccodsl.client.call_journal import CallJournal
from nccodsl.client.failures import BadJournal, shown
from nccodsl.io.postgres_urls import DRIVER_ADVICE, DriverMissing, is_postgres_url, need_driver

BOOK_VARIABLE = "NCCODSL_BOOK"
"""Names the database of the journal, and of the campaigns beside it."""
_FORM = f"write `{BOOK_VARIABLE}=postgresql://USER@HOST/DATABASE`, or leave it away for a file on this machine"


def open_journal(url: str | None = None, environ: Mapping[str, str] | None = None) -> CallJournal:
    """The journal in the database of a URL, or of `NCCODSL_BOOK`; without either, the file of this machine.

    Raises BadJournal; JournalAway where the database does not answer.
    """
    where = url or (os.environ if environ is None else environ).get(BOOK_VARIABLE)
    if not where:
        from nccodsl.client.journal import Journal

        return Journal(environ=environ)
    if not is_postgres_url(where):
        # It may be one with a password that was mistyped.
        raise BadJournal(
            f"the book has to be a PostgreSQL database, not `{shown(where.partition(':')[0], 20)}:…`", _FORM
        )
    try:
        need_driver()
    except DriverMissing as error:
        raise BadJournal(str(error), DRIVER_ADVICE) from None
    from nccodsl.client.postgres_journal import PostgresJournal

    return PostgresJournal(where)
