"""The rows of a parquet file, read in batches by pyarrow, which is an extra."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from nccodsl.campaign.query_rows import BadRecipients, row_of
from nccodsl.diagnostics import messages
from nccodsl.documents.rows import Row

_AT_ONCE = 1000


class ParquetRows:
    """The rows of a file. Raises BadRecipients, also while iterating."""

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            parquet: Any = import_module("pyarrow.parquet")
        except ImportError:
            raise BadRecipients(messages.campaigns.no_pyarrow()) from None
        try:
            self._file = parquet.ParquetFile(path)
            self.columns: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        except (OSError, ValueError) as error:
            raise self._refused(error) from None

    def __iter__(self) -> Iterator[Row]:
        number = 0
        try:
            for batch in self._file.iter_batches(batch_size=_AT_ONCE):
                for cells in batch.to_pylist():
                    number += 1
                    yield row_of(cells, number)
        except (OSError, ValueError) as error:
            raise self._refused(error) from None

    def _refused(self, error: Exception) -> BadRecipients:
        return BadRecipients(messages.campaigns.cannot_read_recipients(self._path, str(error)))

    def close(self) -> None:
        self._file.close()
