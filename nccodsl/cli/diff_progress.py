"""A line on standard error that shows how far a comparison of versions is, on a terminal and after a second."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from nccodsl.cli.output import colored

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

PATIENCE = 1.0
"""Seconds before it is shown."""


class DiffProgress:
    """Shows the pairs of states that were compared, and those to come; without a terminal it does nothing."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._began = time.monotonic()
        self._bar: RichProgress | None = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, done: int, coming: int) -> None:
        """So many pairs are compared, and so many are known beside them."""
        if self._shown and self._bar is None and time.monotonic() - self._began >= PATIENCE:
            self._bar = _started()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], pairs=done, coming=coming)

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()


def _started() -> RichProgress:
    from rich.console import Console
    from rich.progress import Progress as RichProgress, TextColumn, TimeElapsedColumn

    text = TextColumn("{task.fields[pairs]:,} pairs of states compared, {task.fields[coming]:,} to come")
    bar = RichProgress(text, TimeElapsedColumn(), console=Console(stderr=True, no_color=not colored()), transient=True)
    bar.start()
    bar.add_task("", total=None, pairs=0, coming=0)
    return bar
