"""Reading what `nccodsl serve --record` has written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from nccodsl.cli.output import STDIN, STDIN_NAME, standard_input
from nccodsl.runtime.history import BadHistory, History, read_history


def recorded_calls(path: str, option: str) -> History:
    """The calls in a file, or in standard input; `option` is the one that named it. Raises BadHistory."""
    try:
        with _opened(path) as stream:
            return read_history(stream, path if path != STDIN else STDIN_NAME)
    except OSError as error:
        raise BadHistory(f"cannot read {path}: {error.strerror or error}", f"check the path in `{option}`") from None


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == STDIN:
        yield standard_input()
        return
    with open(path, "rb") as stream:  # noqa: PTH123
        yield stream
