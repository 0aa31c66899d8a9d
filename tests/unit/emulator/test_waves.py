"""Waves of sounds, and how the page of a call shows and plays them."""

from __future__ import annotations

import math
import re
from base64 import b64encode
from hashlib import sha256
from struct import pack
from typing import Any

import pytest
from hypothesis import given, strategies as st

from nccodsl.emulator.core.audible import Pcm, SpokenText
from nccodsl.emulator.core.timeline import Emulated, Timeline
from nccodsl.emulator.core.waves import LOUDEST, Wave, clip_waves, wave_of
from nccodsl.emulator.views.page import to_html
from nccodsl.emulator.views.page_sound import PageSound
from nccodsl.emulator.views.swimlanes import picture
from nccodsl.emulator.views.time_scale import Scale
from tests.unit.emulator.test_page import Reader, leg, made

RATE = 8000
FULL = Wave(bytes([LOUDEST] * 10), 1.0)


def sine(seconds: float, height: float) -> bytes:
    wave = (round(height * 32767 * math.sin(2 * math.pi * 440 * at / RATE)) for at in range(round(seconds * RATE)))
    return b"".join(pack("<h", sample) for sample in wave)


def waved(*waves: Wave | None, **entry: Any) -> dict[str, Any]:
    """A call with an entry for each wave, each two seconds long."""
    entries = [
        {"at": 2.0 * number, "kind": "hears", "until": 2.0 * number + 2, "wave": wave, **entry}
        for number, wave in enumerate(waves)
    ]
    return made(*entries)


def columns(svg: str) -> list[tuple[int, int]]:
    """The columns of the waveforms: where each begins, and how high it is."""
    return [(int(x), int(high)) for x, high in re.findall(r"M(\d+) \d+h2v(\d+)h-2z", svg)]


def test_a_wave_follows_how_loud_the_sound_is() -> None:
    wave = wave_of(sine(0.5, 1.0) + bytes(RATE) + sine(0.5, 0.25), RATE)
    assert wave is not None
    assert wave.seconds == 1.5
    assert len(wave.levels) == 75
    assert set(wave.levels[:25]) == {LOUDEST}
    assert not any(wave.levels[25:50])
    assert set(wave.levels[50:]) <= {31, 32}
    assert wave.loudest(0.0, 0.02) == LOUDEST
    assert wave.loudest(0.52, 0.98) == 0
    assert wave.loudest(0.6, 1.2) in (31, 32)
    assert wave.loudest(1.5, 9.0) == 0


def test_the_loudest_negative_sample_is_as_loud_as_the_positive_one() -> None:
    low, high = (wave_of(pack("<h", sample) * 160, RATE) for sample in (-32768, 32767))
    assert low == high


def test_a_sound_that_repeats_goes_on_without_end() -> None:
    wave = wave_of(sine(0.5, 1.0) + bytes(RATE), RATE, repeats=True)
    assert wave is not None
    assert wave.loudest(100.0, 100.4) == LOUDEST
    assert wave.loudest(100.6, 100.9) == 0
    assert wave.loudest(100.6, 101.1) == LOUDEST
    assert wave.loudest(0.0, 7200.0) == LOUDEST


@given(st.binary(max_size=3000), st.sampled_from([8000, 16000, 24000]))
def test_any_bytes_have_a_wave_of_few_levels(pcm: bytes, rate: int) -> None:
    wave = wave_of(pcm, rate)
    assert (wave is None) == (len(pcm) < 2)
    if wave is not None:
        assert len(wave.levels) <= 1000
        assert max(wave.levels) <= LOUDEST
        assert wave.seconds == pytest.approx(len(pcm) // 2 / rate)


def test_only_what_came_as_sound_has_a_wave_without_a_voice() -> None:
    timeline = Timeline()
    late, early = timeline.add(5.0, "a", "says", "later"), timeline.add(1.0, "a", "hears", "sooner")
    late.audible, early.audible = Pcm(sine(0.1, 1.0), RATE), SpokenText("Hello", "en-US")
    waves = clip_waves(Emulated(timeline, [], 6.0))
    assert [wave is not None for wave in waves] == [False, True]


def test_a_bar_shows_its_wave_and_the_row_has_room_for_it() -> None:
    plain, shown = picture(waved(None)), picture(waved(FULL))
    assert not columns(plain.svg)
    (found,) = {high for _, high in columns(shown.svg)}
    assert found == 20
    assert shown.lanes[0][1] == plain.lanes[0][1] + 20
    # The sound is one second of the two of the bar.
    width = int(re.findall(r'viewBox="0 0 (\d+) 20"', shown.svg)[0])
    assert max(x for x, _ in columns(shown.svg)) == pytest.approx(width / 2, abs=3)


def test_silence_and_keys_have_no_wave() -> None:
    assert not columns(picture(waved(Wave(bytes(10), 1.0))).svg)
    assert not columns(picture(waved(FULL, kind="presses", data={"keys": "1"})).svg)


def test_waves_are_drawn_with_few_columns() -> None:
    long = Wave(bytes([LOUDEST] * 1000), 3600.0, repeats=True)
    call = made({"at": 0.0, "kind": "hears", "until": 3600.0, "wave": long}, legs=(leg("a", 3600.0),))
    assert len(columns(picture(call).svg)) <= 500


@given(st.lists(st.floats(0, 100_000), max_size=40), st.floats(0, 100))
def test_places_lead_back_to_their_times(instants: list[float], x: float) -> None:
    scale = Scale(instants)
    if scale.times[-1] >= 1:
        assert scale.x(scale.seconds_at(x)) == pytest.approx(x, abs=0.01)
    knees = scale.knees()
    assert knees == sorted(set(knees))
    assert len(knees) <= 2 + 2 * len(scale.cuts)
    for time in scale.times:
        after = next((number for number, (at, _) in enumerate(knees) if at > time), len(knees))
        if 0 < after < len(knees):
            (low, from_x), (high, to_x) = knees[after - 1], knees[after]
            assert from_x + (to_x - from_x) * (time - low) / (high - low) == pytest.approx(scale.x(time), abs=0.01)


def played(tracks: list[str], seconds: float = 10.0) -> str:
    call = made(
        {"at": 1.0, "kind": "hears", "until": 4.0},
        {"at": 5.0, "kind": "says", "leg": "b"},
        {"at": 6.0, "kind": "note"},
        legs=(leg("a"), leg("b")),
    )
    html = to_html(call, sound=PageSound([FULL, None], tracks, seconds))
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    return html


def test_a_page_without_sound_runs_no_script() -> None:
    html = played([])
    assert columns(html)
    assert "<script" not in html
    assert "<audio" not in html
    assert "script-src" not in html
    assert "<button" not in html


def test_a_page_runs_only_its_own_script_and_plays_only_what_is_in_it() -> None:
    html = played(["data:audio/mpeg;base64,AAAA", ""])
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', html)
    (code,) = re.findall(r"<script>(.*)</script>", html, re.S)
    assert f"script-src 'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith("; media-src data:")
    assert 'src="data:audio/mpeg;base64,AAAA"' in html
    assert "<select" not in html
    assert re.findall(r'class="part" ([^>]+)>', html) == [
        'data-at="1.0" data-until="4.0" data-leg="0" aria-label="Play 0:01.0"'
    ]


def test_sound_beside_the_page_is_fetched_from_its_server_alone() -> None:
    html = played(["x.mp3", "y.mp3"])
    assert "connect-src 'self'; media-src blob:" in html
    assert re.findall(r'data-source="([^"]+)"', html) == ["x.mp3", "y.mp3"]
    assert re.findall(r'<option value="(\d)">(\w)</option>', html) == [("0", "a"), ("1", "b")]
    assert 'data-at="5.0" data-leg="1" aria-label="Play 0:05.0"' in html


def test_what_is_behind_the_end_of_the_sound_has_no_button() -> None:
    assert len(re.findall('class="part"', played(["x.mp3", "y.mp3"], seconds=4.0))) == 1
