"""A progress bar on standard error for calls that are placed, if that is a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from nccodsl.cli.output import colored, on_terminal

if TYPE_CHECKING:
    from rich.progress import Progress

_EVERY = 0.5
"""Seconds between two looks: counting many recipients takes a while."""


class CallProgress:
    """Shows how many of `total` recipients do not wait any more. `counts` has them by their state."""

    def __init__(self, total: int, counts: Callable[[], Mapping[str, int]]) -> None:
        self._total, self._counts = total, counts
        self._bar: Progress | None = None
        self._next = 0.0

    def __enter__(self) -> CallProgress:
        import sys

        if on_terminal(sys.stderr):
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.completed:,.0f} of {task.total:,.0f} called"),
                BarColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True, no_color=not colored()),
                transient=True,
            )
            self._bar.start()
            self._bar.add_task("", total=self._total)
        return self

    def tell(self) -> None:
        """Look at the counts again, if the last look is a while ago."""
        if self._bar is None or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY
        counts = self._counts()
        done = sum(counts.values()) - counts.get("waiting", 0)
        self._bar.update(self._bar.task_ids[0], completed=done, total=max(self._total, done))

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
