"""Recordings as files, and their bytes without voices: a tone for speech, and silence elsewhere.

wav: 16 kHz, 16 bit. mp3: MPEG-2 layer III, 16 kHz, 32 kbit/s, mono. ogg: Opus. The compressed forms
hold silence of the right length, since writing sound in them would take an encoder.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import Protocol

from nccodsl.base.record import Record
from nccodsl.emulator.core.audible import SpokenText
from nccodsl.emulator.core.timeline import TimelineEntry

RATE = 16_000
TONE = 220  # Hz
CONTENT_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg"}

# Sync word, MPEG-2, layer III, no CRC; 32 kbit/s at 16 kHz; mono. An empty frame is silence.
_MP3_HEADER = bytes((0xFF, 0xF3, 0x48, 0xC0))
MP3_FRAME, MP3_SAMPLES = 144, 576
"""Bytes and samples of a frame of mp3."""
_MP3_SILENCE = _MP3_HEADER + bytes(MP3_FRAME - len(_MP3_HEADER))
_WAV_HEADER = 44
_OPUS_SILENCE = bytes((0xF8, 0xFF, 0xFE))  # 20 ms, CELT, mono
_OPUS_PACKETS = 50  # in a page: a second
_OPUS_RATE = 48_000


class Voice(Record):
    """Speech, or something that is played; seconds from the beginning of the recording."""

    begin: float
    end: float
    words: str = ""


class SoundFile(Record):
    """A file that can be downloaded: what sounded at a leg, from `began` on, for some `seconds`.

    `entries` are of the timeline of the leg, and `began` is in their seconds; some may have begun before.
    """

    uuid: str
    form: str
    seconds: float
    channels: int
    entries: tuple[TimelineEntry, ...] = ()
    began: float = 0.0

    @property
    def frames(self) -> int:
        """How many samples a channel has."""
        return round(self.seconds * RATE)

    @property
    def voices(self) -> tuple[Voice, ...]:
        """When a person spoke, or something was played."""
        return tuple(
            Voice(
                max(entry.at - self.began, 0.0),
                self.seconds if entry.until is None else min(entry.until - self.began, self.seconds),
                str(entry.data.get("text", "")),
            )
            for entry in self.entries
            if entry.kind in ("says", "hears")
        )


class RecordedSound(Protocol):
    """Makes the bytes of recordings."""

    def size(self, file: SoundFile) -> int:
        """How many bytes the file has."""

    def content(self, file: SoundFile) -> Iterator[bytes]:
        """The bytes of the file, a piece at a time. Raises CannotEmulate."""


def file_of_speech(uuid: str, seconds: float, words: str, language: str) -> SoundFile:
    """What a person said, by itself."""
    entry = TimelineEntry(0.0, "", "says", f"“{words}”", {"text": words})
    entry.until, entry.audible = seconds, SpokenText(words, language)
    return SoundFile(uuid, "wav", seconds, 1, (entry,))


def size_of(file: SoundFile) -> int:
    """How many bytes the file has."""
    if file.form == "wav":
        return _WAV_HEADER + file.frames * file.channels * 2
    if file.form == "mp3":
        return _silent_frames(file) * MP3_FRAME
    return sum(len(page) for page in _ogg(file))


def content(file: SoundFile) -> Iterator[bytes]:
    """The bytes of the file, a piece at a time."""
    if file.form == "wav":
        return _wav(file)
    if file.form == "mp3":
        return (_MP3_SILENCE for _ in range(_silent_frames(file)))
    return _ogg(file)


class TonesForSpeech:
    """Needs no library."""

    size = staticmethod(size_of)
    content = staticmethod(content)


def wav_header(frames: int, channels: int) -> bytes:
    """What stands before so many samples of each channel, which are interleaved."""
    block = channels * 2
    data = frames * block
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + data, b"WAVE", b"fmt ", 16, 1, channels, RATE, RATE * block, block, 16, b"data", data),
    )


def _silent_frames(file: SoundFile) -> int:
    return math.ceil(file.seconds * RATE / MP3_SAMPLES)


def _wav(file: SoundFile) -> Iterator[bytes]:
    block = file.channels * 2
    yield wav_header(file.frames, file.channels)
    tone = b"".join(
        struct.pack("<h", round(6000 * math.sin(2 * math.pi * TONE * frame / RATE))) * file.channels
        for frame in range(RATE // TONE * TONE)
    )
    voices = file.voices
    for start in range(0, file.frames, RATE):
        frames = min(RATE, file.frames - start)
        middle = (start + frames / 2) / RATE
        spoken = any(voice.begin <= middle < voice.end for voice in voices)
        yield (tone * 2)[: frames * block] if spoken else bytes(frames * block)


def _ogg(file: SoundFile) -> Iterator[bytes]:
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 0, RATE, 0, 0)
    tags = struct.pack("<8sI8sI", b"OpusTags", 8, b"emulator", 0)
    yield _page([head], 0, 0, 2)
    yield _page([tags], 0, 1, 0)
    packets = math.ceil(file.seconds * 50)
    number = 2
    for start in range(0, packets, _OPUS_PACKETS):
        count = min(_OPUS_PACKETS, packets - start)
        last = start + count >= packets
        yield _page([_OPUS_SILENCE] * count, (start + count) * _OPUS_RATE // 50, number, 4 if last else 0)
        number += 1


def _page(packets: list[bytes], position: int, number: int, flags: int) -> bytes:
    """One Ogg page of packets that are shorter than 255 bytes each (RFC 3533)."""
    lengths = bytes(len(packet) for packet in packets)
    header = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, position, 1, number, 0, len(packets)) + lengths
    page = header + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _ogg_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        table.append(value & 0xFFFFFFFF)
    return tuple(table)


_TABLE = _ogg_table()


def _checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value = ((value << 8) & 0xFFFFFFFF) ^ _TABLE[(value >> 24) ^ byte]
    return value


def transcription_of(file: SoundFile) -> dict[str, object]:
    """The transcription of a recording, as the platform gives it (recording guide)."""
    sentences = [
        {
            "sentence": voice.words,
            "raw_sentence": voice.words.casefold(),
            "timestamp": round(voice.begin * 1000),
            "duration": round((voice.end - voice.begin) * 1000),
            "words": [],
        }
        for voice in file.voices
        if voice.words
    ]
    return {"ver": "1.1.0", "request_id": file.uuid, "channels": [{"transcript": sentences}]}
