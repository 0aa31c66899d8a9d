"""Where the tokens of a template stand in its text."""

from __future__ import annotations

from bisect import bisect_left

from nccodsl.templates.template import TransBlock


class Source:
    """A text being parsed: the places of its tokens, and how far the normalized text is from the given one."""

    def __init__(self, text: str, *, shift: int = 0, limit: int = 0) -> None:
        """`shift`: what to take off an offset, the length of what was put before the text to make it parse."""
        self.text, self.shift, self.limit = text, shift, limit
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.cursor = 0
        self.places: list[int] | None = None
        """Offset in the given text for each offset in the normalized one, where the two differ."""
        self.blocks: list[TransBlock] = []
        """The `trans` blocks."""

    def place(self, offset: int) -> int:
        if self.places is not None:
            offset = self.places[min(offset, len(self.places) - 1)]
        return min(max(0, offset - self.shift), self.limit)

    def end_of(self, start: int) -> int:
        """Where the token that begins at `start` ends."""
        index = bisect_left(self.starts, start)
        if index < len(self.starts) and self.starts[index] == start:
            return self.ends[index]
        return min(start + 1, self.limit)

    def closing(self, opening: int) -> int:
        """Behind the bracket that closes the one at `opening`."""
        depth = 0
        index = bisect_left(self.starts, opening)
        for start, end in zip(self.starts[index:], self.ends[index:], strict=True):
            token = self.text[start:end]
            depth += (token == "(") - (token == ")")
            if depth == 0:
                return end
        return opening

    def after(self, start: int) -> tuple[int, int]:
        """The token after the one that begins at `start`."""
        index = bisect_left(self.starts, start) + 1
        if index < len(self.starts):
            return self.starts[index], self.ends[index]
        return start, self.end_of(start)
