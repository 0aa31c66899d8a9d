"""What an entry of a timeline sounds like, for those who make sound of it.

Does not own: sounds that the data of the entry tell, which are tones, keys, beeps and audio files.
"""

from __future__ import annotations

from typing import Protocol

from nccodsl.base.record import Record


class SpokenText(Record):
    """A text that a voice says, plain or in <speak>; `language` is a code of the platform, such as en-GB."""

    text: str
    language: str


class Pcm(Record):
    """Sound of its own: 16 bits a sample, signed, the low byte first, one channel; `rate` samples in a second."""

    data: bytes
    rate: int

    def read(self) -> bytes:
        """All of it."""
        return self.data


class Clip(Protocol):
    """Sound of the same form that is kept elsewhere."""

    @property
    def rate(self) -> int:
        """Samples in a second."""

    def read(self) -> bytes:
        """All of it."""


Audible = SpokenText | Clip
INAUDIBLE = Pcm(b"", 8000)
"""Of what is played or said, and not heard: the leg is muted or earmuffed."""
