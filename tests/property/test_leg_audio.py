"""The sound of WebSocket legs: buffered, mixed, brought to another rate, searched for speech."""

from __future__ import annotations

import struct
from itertools import groupby
from typing import Any

from hypothesis import example, given, strategies as st

from nccodsl.emulator.core.frames import at_rate, frame_size, hum, loudness, mixed
from nccodsl.emulator.core.play_buffer import MOST_MESSAGES, PlayBuffer
from nccodsl.emulator.core.talk_spurts import BEGINS_AFTER, ENDS_AFTER, LOUD, TalkSpurts

SIZE = 8
"""Bytes of a frame; a small one finds more."""
RATES = (8000, 16_000, 24_000)
SAMPLES = st.lists(st.integers(-32_768, 32_767), max_size=60)
Step = tuple[str, int]


def pcm(samples: list[int]) -> bytes:
    return struct.pack(f"<{len(samples)}h", *samples)


def samples(sound: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(sound) // 2}h", sound))


# -- the buffer -----------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 4 * SIZE)),
        st.tuples(st.just("mark"), st.just(0)),
        st.tuples(st.just("next"), st.integers(1, 5)),
    ),
    max_size=40,
)


@given(steps=STEPS)
@example(steps=[("add", 0), ("mark", 0), ("next", 5)])
@example(steps=[("add", SIZE - 1), ("mark", 0), ("add", 1), ("mark", 0), ("next", 5)])
def test_what_goes_in_comes_out_in_order_and_else_only_silence(steps: list[Step]) -> None:
    buffer = PlayBuffer(SIZE)
    sent, heard = b"", b""
    marks: list[int] = []
    for kind, number in [*steps, ("next", 10 + sum(number for _, number in steps))]:
        if kind == "add":
            # No byte of what is sent is silence.
            audio = bytes(1 + (len(sent) + at) % 255 for at in range(number))
            assert buffer.add(audio)
            sent += audio
        elif kind == "mark":
            buffer.mark({"sent": len(sent)})
            marks.append(len(sent))
        else:
            for _ in range(number):
                frame, reached = buffer.next()
                assert len(frame) in (0, SIZE)
                heard += frame.rstrip(b"\0")
                # Exactly those before which nothing is left to play, in their order.
                count = sum(mark <= len(heard) for mark in marks)
                assert [mark["sent"] for mark in reached] == marks[:count]
                marks = marks[count:]
    assert heard == sent
    assert not marks


@given(messages=st.lists(st.integers(1, 3 * SIZE), min_size=1, max_size=30))
def test_sound_without_a_pause_is_played_without_one(messages: list[int]) -> None:
    buffer = PlayBuffer(SIZE)
    for number in messages:
        buffer.add(b"\1" * number)
    frames = [buffer.next()[0] for _ in range(sum(messages) + 2)]
    played = [bool(frame) for frame in frames]
    whole = sum(messages) // SIZE
    # At most a frame is waited for at the beginning, and one before what is less than a frame.
    begins = played.index(True)
    assert begins <= 1
    assert all(played[begins : begins + whole])
    assert sum(played) == -(-sum(messages) // SIZE)


@given(late=st.lists(st.booleans(), min_size=5, max_size=50))
def test_messages_that_are_a_little_late_leave_no_gap(late: list[bool]) -> None:
    """Each message comes in its own 20 ms or in the next: once two wait, none of that is heard."""
    buffer = PlayBuffer(SIZE)
    waiting, frames = 0, []
    for is_late in late:
        waiting += 1
        ready = 0 if is_late and waiting == 1 else waiting
        for _ in range(ready):
            buffer.add(b"\1" * SIZE)
        waiting -= ready
        frames.append(bool(buffer.next()[0]))
    begins = frames.index(True) if True in frames else len(frames)
    gaps = [is_sound for is_sound, _ in groupby(frames[begins:])]
    assert len(gaps) <= 1


@given(before=STEPS, count=st.integers(0, 5))
def test_clear_leaves_nothing(before: list[Step], count: int) -> None:
    buffer = PlayBuffer(SIZE)
    for kind, number in before:
        _do(buffer, kind, number)
    buffer.clear()
    assert [buffer.next() for _ in range(5)] == [(b"", [])] * 5
    fresh = PlayBuffer(SIZE)
    for _ in range(count):
        buffer.add(b"\1" * SIZE)
        fresh.add(b"\1" * SIZE)
    assert [buffer.next() for _ in range(8)] == [fresh.next() for _ in range(8)]


def _do(buffer: PlayBuffer, kind: str, number: int) -> Any:
    if kind == "add":
        return buffer.add(b"\1" * number)
    if kind == "mark":
        return buffer.mark({})
    return [buffer.next() for _ in range(number)]


@given(size=st.integers(1, 5 * SIZE), more=st.integers(1, 20))
def test_the_buffer_holds_so_many_messages_or_as_much_audio(size: int, more: int) -> None:
    buffer = PlayBuffer(SIZE)
    most = min(MOST_MESSAGES, -(-MOST_MESSAGES * SIZE // size))
    taken = [buffer.add(bytes(size)) for _ in range(most + more)]
    assert taken == [True] * most + [False] * more
    assert buffer.dropped == more
    for _ in range(6):
        buffer.next()
    assert buffer.add(bytes(size))


# -- talk spurts ----------------------------------------------------------------------------------


@given(runs=st.lists(st.tuples(st.booleans(), st.integers(1, 25)), max_size=25), ended=st.booleans())
def test_spurts_are_those_that_a_reader_of_the_whole_would_find(runs: list[tuple[bool, int]], ended: bool) -> None:
    loud = [is_loud for is_loud, count in runs for _ in range(count)]
    tone, quiet = pcm([int(LOUD) + 1] * 4), pcm([int(LOUD) - 1] * 4)
    spurts, found = TalkSpurts(), []
    for is_loud in loud:
        if spurts.next(tone if is_loud else quiet) and not spurts.speaking:
            found.append((spurts.began, spurts.ended))
    if ended and spurts.stop():
        found.append((spurts.began, spurts.ended))
    assert found == _spurts(loud, ended=ended)


def _spurts(loud: list[bool], *, ended: bool) -> list[tuple[int, int]]:
    """The spurts of a whole recording: loud runs that are long enough, with what follows them closely."""
    found = []
    at = 0
    while at < len(loud):
        if loud[at : at + BEGINS_AFTER] != [True] * BEGINS_AFTER:
            at += 1
            continue
        begin = at
        while at < len(loud) and any(loud[at : at + ENDS_AFTER]):
            at += 1
        if at + ENDS_AFTER <= len(loud) or ended:
            found.append((begin, at))
        at += ENDS_AFTER
    return found


@given(volume=st.integers(300, 32_000), frames=st.integers(BEGINS_AFTER, 40))
def test_the_loudness_of_a_spurt_is_that_of_its_loud_frames(volume: int, frames: int) -> None:
    spurts = TalkSpurts()
    for frame in [b""] * 7 + [pcm([volume, -volume])] * frames + [pcm([3, -3])] * ENDS_AFTER:
        spurts.next(frame)
    assert (spurts.began, spurts.ended) == (7, 7 + frames)
    assert abs(spurts.loudness - volume) < 0.01


# -- samples --------------------------------------------------------------------------------------


@given(one=SAMPLES, other=SAMPLES)
def test_mixing_adds_and_stays_in_bounds(one: list[int], other: list[int]) -> None:
    length = min(len(one), len(other))
    first, second = pcm(one[:length]), pcm(other[:length])
    both = mixed([first, second])
    assert samples(both) == [max(-32_768, min(32_767, a + b)) for a, b in zip(one, other, strict=False)]
    assert both == mixed([second, first])
    assert mixed([first]) == first == mixed([first, bytes(len(first))])


@given(sound=SAMPLES, rate=st.sampled_from(RATES), wanted=st.sampled_from(RATES))
def test_another_rate_keeps_length_and_bounds(sound: list[int], rate: int, wanted: int) -> None:
    there = samples(at_rate(pcm(sound), rate, wanted))
    assert len(there) == len(sound) * wanted // rate
    if there:
        assert min(sound) <= min(there) <= max(there) <= max(sound)
    if wanted % rate == 0:
        assert samples(at_rate(pcm(there), wanted, rate)) == sound
    frame = bytes(frame_size(rate))
    assert at_rate(frame, rate, wanted) == bytes(frame_size(wanted))


@given(seconds=st.floats(0, 3), rate=st.sampled_from(RATES))
def test_a_hum_is_as_long_as_it_should_be_and_as_loud_as_speech(seconds: float, rate: int) -> None:
    sound = hum(seconds, rate)
    assert len(sound) == round(seconds * rate) * 2
    assert seconds < 0.02 or loudness(sound[: frame_size(rate)]) > LOUD


@given(sound=st.binary(min_size=2, max_size=50))
def test_half_a_sample_is_no_sample(sound: bytes) -> None:
    assert loudness(sound) == loudness(sound[: len(sound) // 2 * 2])
    assert at_rate(sound, 8000, 16_000) == at_rate(sound[: len(sound) // 2 * 2], 8000, 16_000)
