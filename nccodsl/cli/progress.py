"""A progress bar on standard error, by the bytes that have been read."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from nccodsl.cli.output import colored, say
from nccodsl.diagnostics.printers.text import visible

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

_EVERY = 64  # asking for the position costs more than a row does


class Progress:
    """Shows how far a stream has been read; without a terminal it does nothing."""

    def __init__(self, total: int | None, stream: BinaryIO, *, shown: bool) -> None:
        self._total = total
        self._stream = stream
        self._shown = shown
        self._bar: RichProgress | None = None
        self._count = 0

    def __enter__(self) -> Progress:
        if self._shown:
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                Progress as RichProgress,
                TaskProgressColumn,
                TextColumn,
                TimeRemainingColumn,
            )

            self._bar = RichProgress(
                TextColumn("{task.fields[rows]:,} rows"),
                BarColumn(),
                TaskProgressColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True, no_color=not colored()),
                transient=True,
            )
            self._bar.start()
            self._bar.add_task("", total=self._total, rows=0)
        return self

    def advance(self) -> None:
        """One row more."""
        self._count += 1
        if self._bar is not None and self._count % _EVERY == 0:
            try:
                done = self._stream.tell()
            except OSError:
                done = 0
            self._bar.update(self._bar.task_ids[0], completed=done, rows=self._count)

    def say(self, text: str) -> None:
        """A line above the bar."""
        if self._bar is not None:
            self._bar.console.print(visible(text), markup=False, highlight=False, soft_wrap=True)
        else:
            say(text)

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
