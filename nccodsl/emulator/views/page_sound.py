"""The sound of a call for its page."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.base.record import Record
from nccodsl.emulator.core.waves import Wave


class PageSound(Record):
    """`waves`: one for each entry of the JSON, in its order; None where it is not known how an entry sounds.

    `tracks`: for each leg the address of what is heard and said there, from when the first leg was started on: a
    `data:` URI, or beside the page; empty for a leg that has none. `seconds`: how much of the call they play.
    """

    waves: Sequence[Wave | None] = ()
    tracks: Sequence[str] = ()
    seconds: float = 0.0

    @property
    def plays(self) -> bool:
        """Whether there is anything to play."""
        return any(self.tracks)


SILENT = PageSound()
