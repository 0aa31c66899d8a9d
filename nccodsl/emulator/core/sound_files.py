"""The bytes of recordings: files that every player opens, with a tone for speech and silence elsewhere.

wav: 16 kHz, 16 bit. mp3: MPEG-2 layer III, 16 kHz, 32 kbit/s, mono. ogg: Opus. The compressed forms
hold silence of the right length, since writing sound in them would take an encoder.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from nccodsl.base.record import Record

RATE = 16_000
TONE = 220  # Hz
CONTENT_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg"}

# Sync word, MPEG-2, layer III, no CRC; 32 kbit/s at 16 kHz; mono. An empty frame is silence.
_MP3_HEADER = bytes((0xFF, 0xF3, 0x48, 0xC0))
_MP3_FRAME = _MP3_HEADER + bytes(144 - len(_MP3_HEADER))
_MP3_SECONDS = 576 / RATE
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
    """A file that can be downloaded, and what is to be heard in it."""

    uuid: str
    form: str
    seconds: float
    channels: int
    voices: tuple[Voice, ...] = ()


def size_of(file: SoundFile) -> int:
    """How many bytes the file has."""
    if file.form == "wav":
        return _WAV_HEADER + _frames(file) * file.channels * 2
    if file.form == "mp3":
        return math.ceil(file.seconds / _MP3_SECONDS) * len(_MP3_FRAME)
    return sum(len(page) for page in _ogg(file))


def content(file: SoundFile) -> Iterator[bytes]:
    """The bytes of the file, a piece at a time."""
    if file.form == "wav":
        return _wav(file)
    if file.form == "mp3":
        return (_MP3_FRAME for _ in range(math.ceil(file.seconds / _MP3_SECONDS)))
    return _ogg(file)


def _frames(file: SoundFile) -> int:
    return round(file.seconds * RATE)


def _wav(file: SoundFile) -> Iterator[bytes]:
    data = _frames(file) * file.channels * 2
    block = file.channels * 2
    yield struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + data, b"WAVE", b"fmt ", 16, 1, file.channels, RATE, RATE * block, block, 16, b"data", data),
    )
    tone = b"".join(
        struct.pack("<h", round(6000 * math.sin(2 * math.pi * TONE * frame / RATE))) * file.channels
        for frame in range(RATE // TONE * TONE)
    )
    for start in range(0, _frames(file), RATE):
        frames = min(RATE, _frames(file) - start)
        middle = (start + frames / 2) / RATE
        spoken = any(voice.begin <= middle < voice.end for voice in file.voices)
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
