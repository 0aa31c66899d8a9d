"""The sound of recordings: the channels of a file, a part of it after the other."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.audio.engine_voices import Voices
from nccodsl.audio.entry_sounds import sound_of
from nccodsl.audio.mp3 import mp3_of
from nccodsl.audio.pcm import pcm_of
from nccodsl.audio.sound_pieces import PART, Piece, mixed
from nccodsl.emulator.core.sound_files import SoundFile, wav_header

_MP3_CHANNELS = 2  # that the format has at most


def wav_parts(file: SoundFile, voices: Voices) -> Iterator[bytes]:
    """The file as wav."""
    yield wav_header(file.frames, file.channels)
    yield from _pcm_parts(file, voices, file.channels)


def mp3_parts(file: SoundFile, voices: Voices) -> Iterator[bytes]:
    """The file as mp3, each frame as long as the next; of more than two channels, the second has all but the first."""
    if not file.frames:
        return
    channels = min(file.channels, _MP3_CHANNELS)
    yield from mp3_of(_pcm_parts(file, voices, channels), channels)


def _pcm_parts(file: SoundFile, voices: Voices, channels: int) -> Iterator[bytes]:
    pieces = _channels(file, voices, channels)
    for begin in range(0, file.frames, PART):
        end = min(begin + PART, file.frames)
        yield pcm_of(*(mixed(some, begin, end) for some in pieces))


def _channels(file: SoundFile, voices: Voices, count: int) -> list[list[Piece]]:
    """What each channel has.

    The first: what comes from the leg. Then the others whom it hears, in the order in which they begin to speak. The
    last has the rest as well: further people, and what is played.
    """
    channels: list[list[Piece]] = [[] for _ in range(count)]
    others: dict[str, int] = {}
    for entry in sorted(file.entries, key=lambda entry: entry.at):
        number = 0
        if entry.kind == "hears":
            speaker = entry.data.get("from")
            number = count if speaker is None else others.setdefault(speaker, len(others) + 1)
        sound = sound_of(entry, voices, file.began + file.seconds, file.began)
        channels[min(number, count - 1)].append(sound)
    return channels
