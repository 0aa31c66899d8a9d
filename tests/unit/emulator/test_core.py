"""The parts of the core by themselves: time, speech, what webhooks may answer, recordings."""

from __future__ import annotations

import io
import json
import wave
from typing import Any

import pytest

from nccodsl.emulator.core.mail import LARGEST, OutgoingWebhook, WebhookReply, read_answer, unsent
from nccodsl.emulator.core.processes import Clock, Process, Signal, Steps, first
from nccodsl.emulator.core.sound_files import SoundFile, _checksum, content, size_of
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
from nccodsl.emulator.personas.speech_length import SHORTEST, seconds_to_say, spoken_words

NCCO = b'[{"action": "talk", "text": "Hi"}]'


def test_things_happen_in_the_order_of_their_times() -> None:
    clock, seen = Clock(), []
    for seconds in (2, 1, 2, 0):
        clock.after(seconds).then(lambda _, seconds=seconds: seen.append((clock.now, seconds)))
    while clock.step():
        pass
    assert seen == [(0, 0), (1, 1), (2, 2), (2, 2)]
    assert clock.next_due() is None


def test_what_was_cancelled_does_not_happen() -> None:
    clock = Clock()
    timer = clock.after(1)
    timer.then(lambda _: pytest.fail("it was cancelled"))
    timer.cancel()
    clock.run_until(5)
    assert clock.now == 5


def test_the_first_signal_wins_and_timers_are_cancelled() -> None:
    clock, signal = Clock(), Signal()
    timer = clock.after(3)
    won = first(signal, timer)
    signal.fire()
    assert won.value is signal
    assert timer.cancelled
    assert first(clock.after(1), signal).value is signal


def test_a_process_that_stops_itself_goes_no_further() -> None:
    clock, seen = Clock(), []

    def steps() -> Steps[None]:
        yield clock.after(1)
        process.stop()
        seen.append("still running")
        yield clock.after(1)
        seen.append("never")

    process = Process(steps())
    while clock.step():
        pass
    assert seen == ["still running"]
    assert not process.done


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("Hello", "Hello, how are you?"),
        ("two letters", "2 3 4 5 6 7 8"),
        ("<speak>a b</speak>", '<speak>a <break time="2s"/> b</speak>'),
        ("<speak>a long text</speak>", '<speak><prosody rate="x-slow">a long text</prosody></speak>'),
        ('<speak>a<break strength="weak"/></speak>', '<speak>a<break strength="x-strong"/></speak>'),
    ],
)
def test_more_speech_takes_longer(shorter: str, longer: str) -> None:
    assert SHORTEST <= seconds_to_say(shorter) < seconds_to_say(longer)


def test_the_rate_is_plausible() -> None:
    words = "please call us back at the office in the morning if you want to change the day of it " * 10
    assert 140 < len(words.split()) / (seconds_to_say(words) / 60) < 200


def test_a_chinese_character_is_a_syllable() -> None:
    text = "谢谢您的来电，我们会尽快给您回电。" * 10
    assert 180 < len(text) / (seconds_to_say(text) / 60) < 260


def test_vowels_that_are_not_written_are_said() -> None:
    assert seconds_to_say("شكرا لاتصالك") > 1.4 * seconds_to_say("thank youuuu")


def test_tags_are_not_heard() -> None:
    assert spoken_words("<speak>Fish &amp; <emphasis>chips</emphasis>.</speak>") == "Fish & chips."
    assert spoken_words("1 < 2") == "1 < 2"


@pytest.mark.parametrize(
    ("reply", "wants", "wrong"),
    [
        (WebhookReply(body=NCCO), "required", ""),
        (WebhookReply(body=NCCO, content_type="application/json; charset=utf-8"), "optional", ""),
        (WebhookReply(), "optional", ""),
        (WebhookReply(body=b"{}"), "optional", ""),
        (WebhookReply(body=b"OK", content_type="text/plain"), "optional", ""),
        (WebhookReply(body=b"[1"), "optional", "the answer is not JSON"),
        (WebhookReply(204), "optional", ""),
        (WebhookReply(404), "optional", "the server answered 404"),
        (WebhookReply(302), "required", "the server answered 302; redirects are not followed"),
        (WebhookReply(204), "required", "the server answered 204"),
        (WebhookReply(), "required", "the answer is empty, not an NCCO"),
        (
            WebhookReply(body=NCCO, content_type="text/html"),
            "required",
            "the answer's type is text/html, not application/json",
        ),
        (WebhookReply(body=NCCO, content_type=""), "required", "the answer's type is missing, not application/json"),
        (WebhookReply(body=b"{}"), "required", "the answer is not an NCCO, which is an array of actions"),
        (WebhookReply(body=b"[" * 100_000), "required", "the answer is not JSON"),
        (WebhookReply(body=b"[" + b" " * LARGEST + b"]"), "required", f"the answer is larger than {LARGEST:,} bytes"),
        (
            WebhookReply(body=b'[{"action": "talk"}]'),
            "required",
            "the NCCO is invalid: `talk` has no `text` (at /0/text)",
        ),
        (WebhookReply(failure="nobody answers"), "optional", "nobody answers"),
    ],
)
def test_answers(reply: WebhookReply, wants: str, wrong: str) -> None:
    ncco, told = read_answer(reply, wants)
    assert told == wrong
    assert (ncco == json.loads(NCCO)) is (reply.body == NCCO and not wrong)


@pytest.mark.parametrize(
    ("reply", "again"),
    [
        (WebhookReply(), False),
        (WebhookReply(500), False),
        (WebhookReply(429), True),
        (WebhookReply(503), True),
        (WebhookReply(504), True),
        (WebhookReply(failure="the connection was broken"), True),
        (unsent("nobody"), False),
    ],
)
def test_what_is_sent_again(reply: WebhookReply, again: bool) -> None:
    assert reply.worth_retrying is again


def spoken(begin: float, end: float) -> TimelineEntry:
    entry = TimelineEntry(begin, "a leg", "says", "“Hello”", {"text": "Hello"})
    entry.until = end
    return entry


@pytest.mark.parametrize("form", ["wav", "mp3", "ogg"])
@pytest.mark.parametrize("seconds", [0.0, 0.01, 1.0, 3.7])
def test_the_size_of_a_recording_is_true(form: str, seconds: float) -> None:
    file = SoundFile("u", form, seconds, 2, (spoken(0.5, 2.0),))
    assert len(b"".join(content(file))) == size_of(file)


def test_a_wav_file_has_a_tone_where_somebody_spoke() -> None:
    file = SoundFile("u", "wav", 3.0, 2, (spoken(1.0, 2.0),))
    with wave.open(io.BytesIO(b"".join(content(file)))) as audio:
        assert (audio.getframerate(), audio.getnchannels(), audio.getsampwidth()) == (16_000, 2, 2)
        seconds = [audio.readframes(16_000) for _ in range(3)]
    assert [any(second) for second in seconds] == [False, True, False]


def test_an_mp3_file_is_a_row_of_frames() -> None:
    data = b"".join(content(SoundFile("u", "mp3", 1.0, 1)))
    assert {data[at : at + 4] for at in range(0, len(data), 144)} == {b"\xff\xf3\x48\xc0"}


def test_ogg_pages_have_true_checksums() -> None:
    pages = list(content(SoundFile("u", "ogg", 2.5, 1)))
    assert pages[0][28:36] == b"OpusHead"
    for number, page in enumerate(pages):
        assert page[:4] == b"OggS"
        assert int.from_bytes(page[18:22], "little") == number
        assert int.from_bytes(page[22:26], "little") == _checksum(page[:22] + bytes(4) + page[26:])
    # The polynomial is the one of RFC 3533: this value was worked out by shifting bit by bit.
    assert _checksum(b"OggS") == _bitwise(b"OggS")


def _bitwise(data: bytes) -> int:
    value: Any = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = ((value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return int(value)


BAD_SSML = [{"action": "talk", "text": "<speak>Fish & chips</speak>"}]


def test_an_answer_with_malformed_ssml_is_refused() -> None:
    ncco, wrong = read_answer(WebhookReply(200, json.dumps(BAD_SSML).encode()), "required")
    assert ncco is None
    assert "does not begin an entity" in wrong


@pytest.mark.parametrize("action", [{"action": "talk", "text": "la"}, {"action": "wait"}])
def test_numbers_that_are_too_large_for_a_float(action: dict[str, Any]) -> None:
    huge = {"loop" if action["action"] == "talk" else "timeout": 10**390}
    body = {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": [{**action, **huge}],
    }
    assert emulate(body).outcome == "completed"


OLD: list[dict[str, Any]] = [
    {"action": "talk", "text": "Your code?"},
    {"action": "input", "maxDigits": 2, "timeOut": 4, "eventUrl": ["https://example.com/keys"]},
]


def test_inputs_of_old_are_played_and_told_as_they_once_were() -> None:
    reply = WebhookReply(200, json.dumps(OLD).encode())
    assert read_answer(reply, "required")[0] is None
    assert read_answer(reply, "required", legacy=True) == (OLD, "")
    sent: list[OutgoingWebhook] = []

    def answer(hook: OutgoingWebhook) -> WebhookReply:
        sent.append(hook)
        return reply if hook.kind == "answer" else WebhookReply()

    phone = {"type": "phone", "number": 14155550101}  # as a number, which old demos have
    body = {"to": [phone], "from": phone, "answer_url": ["https://example.com/answer"]}
    ann = Persona(does=(Rule((Act("press", "12"),), hears=""),))
    call = emulate(body, Cast((ann,)), answer, legacy=True)
    (told,) = [hook.payload for hook in sent if hook.kind == "input"]
    assert told.keys() == {"uuid", "conversation_uuid", "dtmf", "timed_out", "timestamp"}
    assert (told["dtmf"], told["timed_out"]) == ("12", False)
    assert call.outcome == "completed"
    sent.clear()
    emulate(body, Cast((Persona(),)), answer, legacy=True)
    (told,) = [hook.payload for hook in sent if hook.kind == "input"]
    assert (told["dtmf"], told["timed_out"]) == ("", True)
    sent.clear()
    emulate(body, None, answer)
    assert [hook.kind for hook in sent if hook.kind == "input"] == []
