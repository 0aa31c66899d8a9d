"""Opens the recipients of a campaign: a file, standard input, or a query. At most one batch of rows is in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import BinaryIO, Protocol

from nccodsl.campaign.campaign_plan import STANDARD_INPUT, RecipientSource
from nccodsl.campaign.parquet_rows import ParquetRows
from nccodsl.campaign.query_rows import BadRecipients, executed, made_connection, sqlite_connection
from nccodsl.diagnostics import Message, messages
from nccodsl.documents.rows import FORMATS, BadTable, Row, open_rows
from nccodsl.errors import CannotRead
from nccodsl.io.files import refuse_irregular

_PARQUET = "parquet"


class RowSource(Protocol):
    """Rows, and the names of their columns; None where each row names its own."""

    @property
    def columns(self) -> tuple[str, ...] | None: ...

    def __iter__(self) -> Iterator[Row]: ...


@contextmanager
def open_recipients(source: RecipientSource, folder: str, standard_input: BinaryIO | None) -> Iterator[RowSource]:
    """The rows of a source. `folder`: that of the campaign file, where modules of `connect` are found.

    `standard_input` is read where the source is `-`.

    Raises BadRecipients, also while the rows are read.
    """
    where = name_of(source)
    with ExitStack() as stack:
        try:
            yield _opened(source, folder, standard_input, stack)
        except BadTable as bad:
            told = bad.failure
            raise BadRecipients(Message(told.code, f"{where}:{told.line}: {told.message}", told.help)) from None
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            reason = error.strerror or str(error)
            raise BadRecipients(messages.campaigns.cannot_read_recipients(where, reason)) from None


def name_of(source: RecipientSource) -> str:
    """What messages call a source."""
    if source.file == STANDARD_INPUT:
        return "<stdin>"
    return source.file or source.database or source.connect or ""


def _opened(source: RecipientSource, folder: str, standard_input: BinaryIO | None, stack: ExitStack) -> RowSource:
    if source.query is not None:
        where = name_of(source)
        connection = (
            sqlite_connection(source.database)
            if source.database is not None
            else made_connection(source.connect or "", folder)
        )
        stack.enter_context(closing(connection))
        return executed(connection, source.query, where)
    file = source.file or STANDARD_INPUT
    if file == STANDARD_INPUT:
        if source.format == _PARQUET:
            raise BadRecipients(messages.campaigns.cannot_read_recipients(file, "a parquet file cannot be piped"))
        assert standard_input is not None, "the source asks for it"
        return open_rows(standard_input, source.format)
    ending = os.path.splitext(file)[1].lower()  # noqa: PTH122
    kind = source.format or (_PARQUET if ending == f".{_PARQUET}" else FORMATS.get(ending))
    if kind is None:
        raise BadRecipients(messages.campaigns.unknown_format(file))
    try:
        refuse_irregular(file)
    except CannotRead as reason:
        raise BadRecipients(
            messages.campaigns.cannot_read_recipients(file, str(reason).removeprefix(f"{file} "))
        ) from None
    if kind == _PARQUET:
        return stack.enter_context(closing(ParquetRows(file)))
    return open_rows(stack.enter_context(open(file, "rb")), kind)  # noqa: PTH123
