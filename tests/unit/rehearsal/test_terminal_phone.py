"""The phone in the terminal: when somebody is asked, and what becomes of what they give."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.emulator.core.timeline import Emulated, TimelineEntry
from nccodsl.emulator.personas.persona import BUILT_IN, Cast, read_cast
from nccodsl.rehearsal.person import Question
from nccodsl.rehearsal.phone_display import Told
from nccodsl.rehearsal.replies import FetchReply
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL, Stage
from nccodsl.rehearsal.terminal_phone import Phone
from nccodsl.rehearsal.transcript import Transcript
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import Fetched
from tests.property.flows import KEYS, PHRASES, flows
from tests.sizes import examples

MENU = """param pin: text private = "4711"
step main {
  talk "Press 1 for sales, 2 for support." barge_in=true
  input dtmf speech max_digits=1 context=["sales"] {
    on "1", "sales" -> sales
    on "2"          -> support
    on "3"          -> message
    on "4"          -> meeting
    retry 1 "Sorry."
    otherwise -> goodbye
  }
}
step sales {
  talk "I connect you."
  connect phone 14155550123 from=14155550100 timeout=20s {
    on busy, timeout, rejected, failed, unanswered -> message
    on completed { talk "Sales has hung up." }
  }
}
step support {
  talk "Enter your number, then hash."
  input dtmf max_digits=6 submit_on_hash=true as number
  fetch "https://crm.example.com/{{ number.digits }}" as found { on error -> goodbye }
  set greeting = {{ found.name }}
  talk "Hello {{ greeting }}. Your name?"
  input speech as name
  talk "Thank you {{ name.speech }}."
}
step message {
  talk "Leave a message."
  record beep_start=true end_on_silence=3s end_on_key="#"
  talk "Kept."
}
step meeting { talk "Welcome." conversation "room" }
step goodbye { talk "Goodbye." }
"""


class Somebody:
    """A person whose lines are known; sees what is told."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        self.seen: list[Told] = []
        self.asked: list[Question] = []
        self.seen_before: list[int] = []

    def tell(self, told: Told) -> None:
        self.seen.append(told)

    def ask(self, question: Question) -> str | None:
        self.asked.append(question)
        self.seen_before.append(len(self.seen))
        return self.lines.pop(0) if self.lines else None

    @property
    def texts(self) -> list[str]:
        return [told.text for told in self.seen]

    def of(self, kind: str) -> list[str]:
        return [told.text for told in self.seen if told.kind == kind]


def call(lines: Iterable[str], script: str = MENU, **more: Any) -> tuple[Somebody, Phone, Emulated]:
    somebody = Somebody(lines)
    phone = Phone(nccodsl.load(script, name="ivr.call"), more.pop("values", {}), somebody, **more)
    return somebody, phone, phone.call()


def heard(call: Emulated) -> list[str]:
    return [entry.data["text"] for entry in call.timeline.of("hears", call.legs[0].name) if entry.data.get("text")]


def entry(call: Emulated, kind: str) -> TimelineEntry:
    return next(iter(call.timeline.of(kind)))


# ---- pressing, speaking, silence


def test_keys_and_steps() -> None:
    somebody, _, ended = call(["2", "12#", '{"name": "Ann"}', "Bo", "unused"])
    assert heard(ended)[-2:] == ["Hello Ann. Your name?", "Thank you Bo."]
    assert somebody.of("step") == ["main (ivr.call:3)", "support (ivr.call:21)"]
    assert somebody.of("presses") == ["presses 2", "presses 1 2 #"]
    assert somebody.of("says") == ["says “Bo”"]
    assert [question.what for question in somebody.asked] == ["input", "input", "fetch", "input"]
    assert [question.prompt for question in somebody.asked] == ["keys or words", "keys", "JSON", "words"]
    assert somebody.lines == ["unused"]
    assert not [text for text in somebody.texts if "input received" in text], "it says nothing new"


def test_keys_are_pressed_when_the_prompt_has_been_heard() -> None:
    somebody, _, ended = call(["1", "busy", "", ""])
    prompt = entry(ended, "hears")
    assert not prompt.cut
    assert entry(ended, "presses").at == pytest.approx(prompt.until)
    assert not somebody.of("cut")


def test_a_prompt_is_cut() -> None:
    for line in ("!2", "interrupt 2", "! 2"):
        somebody, _, ended = call([line, "bye"])
        prompt = entry(ended, "hears")
        assert prompt.cut
        assert prompt.until == prompt.at
        kinds = [told.kind for told in somebody.seen]
        assert kinds[kinds.index("presses") + 1] == "cut"
        assert somebody.of("cut") == ["cut short: “Press 1 for sales, 2 for support.”"]


def test_words_cut_a_prompt_too() -> None:
    somebody, _, ended = call(["!sales please", "busy", "bye"])
    assert entry(ended, "hears").cut
    assert somebody.of("step")[1].startswith("sales")


def test_all_prompts_are_seen_before_somebody_is_asked() -> None:
    script = 'talk "One." barge_in=true talk "Two." barge_in=true input dtmf max_digits=1 as k talk "{{ k.digits }}."'
    somebody, _, ended = call(["!7"], script)
    assert [told.text for told in somebody.seen[: somebody.seen_before[0]] if told.kind == "hears"] == [
        "hears “One.”",
        "hears “Two.”",
    ]
    assert heard(ended) == ["One.", "Two.", "7."]
    assert [one.cut for one in ended.timeline.of("hears")] == [False, True, False]


def test_a_prompt_without_barge_in_is_heard_to_its_end() -> None:
    script = 'talk "One." input dtmf max_digits=1 as k talk "{{ k.digits }}."'
    somebody, _, ended = call(["!7"], script)
    assert not any(one.cut for one in ended.timeline.of("hears"))
    assert "barge_in=true" in somebody.of("hint")[0]


def test_silence() -> None:
    for lines in (["", ""], ["wait", "wait"], []):
        somebody, _, ended = call(lines)
        assert heard(ended)[-1] == "Goodbye."
        assert "note: input received: no keys and no speech" in somebody.of("note")


def test_waiting_for_some_seconds() -> None:
    somebody, _, ended = call(["wait 3s", "wait 1", "2", "bye"])
    assert entry(ended, "presses").at == pytest.approx((entry(ended, "hears").until or 0) + 4)
    assert len(somebody.asked) == 4


def test_a_wait_that_is_longer_than_the_patience_of_the_call() -> None:
    _, _, ended = call(["wait 1h", "2", "bye"])
    assert heard(ended)[:2] == ["Press 1 for sales, 2 for support.", "Sorry."]
    assert entry(ended, "presses").data == {"keys": "2"}


def test_where_words_are_no_use() -> None:
    somebody, _, ended = call(["2", "hello", "say hello", "7#", "error"])
    assert "type keys such as" in somebody.of("hint")[0]
    assert somebody.of("hint")[1] == "only keys are accepted here"
    assert somebody.of("says") == ["says “hello”"]
    assert heard(ended)[-1] == "Goodbye."


def test_where_keys_are_no_use() -> None:
    somebody, _, ended = call(["5", "Ann"], 'talk "Name?" input speech as n talk "Hi {{ n.speech }}."')
    assert "note: no input is waiting for the key 5" in somebody.of("note")
    assert heard(ended)[-1] == "Hi Ann."


def test_more_keys_than_are_taken() -> None:
    somebody, _, _ = call(["25", "bye"])
    assert "note: no input is waiting for the key 5" in somebody.of("note")


@pytest.mark.parametrize("line", ["bye", "hang up", "hangup", "Hang  Up", "quit"])
def test_hanging_up(line: str) -> None:
    somebody, _, ended = call([line, "2"])
    assert ended.legs[0].ended_by == "user"
    assert not entry(ended, "hears").cut, "who has read the prompt has heard it"
    assert len(somebody.asked) == 1


def test_a_flow_that_asks_for_ever_is_left() -> None:
    somebody, _, ended = call([], 'step main { talk "Again?" input dtmf { on "1" { hangup } otherwise -> main } }')
    assert len(heard(ended)) == 31
    assert somebody.of("hint") == ["no answer for a long time: hung up"]


# ---- others


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("busy", "busy"),
        ("B", "busy"),
        ("timeout", "timeout"),
        ("no answer", "timeout"),
        ("rejected", "rejected"),
        ("failed", "failed"),
        ("un", "unanswered"),
        ("answered", "completed"),
        ("", "completed"),
        ("20s", "completed"),
        ("answered for 20s", "completed"),
        ("answered 20", "completed"),
        ("voicemail", "completed"),
    ],
)
def test_who_is_connected(line: str, outcome: str) -> None:
    somebody, _, ended = call(["1", line])
    assert ended.legs[1].outcome == outcome
    said = [text for text in heard(ended) if not text.startswith("Hello. I cannot take your call")]
    assert said[2] == ("Sales has hung up." if outcome == "completed" else "Leave a message.")
    if "20" in line:
        assert ended.legs[1].answered is not None
        assert ended.legs[1].ended == pytest.approx(ended.legs[1].answered + 20)
    assert somebody.asked[1].text.startswith("calling phone 14155550123.")


def test_odd_outcomes_are_asked_again() -> None:
    somebody, _, ended = call(["1", "bussy", "busy 20s", "xyz", "help", "where", "again", "busy", "", ""])
    assert ended.legs[1].outcome == "busy"
    assert somebody.of("hint")[0].startswith("did you mean `busy`?")
    assert "takes no duration" in somebody.of("hint")[1]
    assert somebody.of("hint")[2].startswith("type one of answered")
    assert any("step sales, ivr.call:15" in text for text in somebody.of("answer"))


def test_hanging_up_while_it_rings() -> None:
    _, _, ended = call(["1", "bye"])
    assert ended.legs[0].ended_by == "user"
    assert ended.legs[1].answered is None


def test_talking_with_somebody() -> None:
    somebody, _, ended = call(["1", "answered 20s", "Hello", "wait 3s", "5", ""])
    assert [question.prompt for question in somebody.asked[2:]] == ["talking"] * 4
    assert heard(ended)[-1] == "Sales has hung up."
    assert list(ended.timeline.of("hears", "phone 14155550123"))
    assert not [told for told in somebody.seen if told.leg and told.kind == "hears"]


def test_somebody_who_answers() -> None:
    desk = read_cast({"for": "14155550123", "stays": "1m", "does": [{"hears": "hello", "say": "Good morning."}]})
    somebody, _, _ = call(["1", "Hello", "Is that sales?", "bye"], cast=desk)
    said = [told.text for told in somebody.seen if told.kind in ("says", "hears")]
    assert said[-3:] == ["says “Hello”", "hears phone 14155550123: “Good morning.”", "says “Is that sales?”"]
    assert all(question.what != "connect" for question in somebody.asked)


def test_a_conversation() -> None:
    somebody, _, ended = call(["4", "Hello everybody", "", "wait 5s", "bye"])
    assert [question.what for question in somebody.asked] == ["input", *["talk"] * 4]
    assert ended.legs[0].ended_by == "user"
    assert ended.seconds == pytest.approx(42, abs=6)


def test_a_conversation_of_somebody_who_says_nothing_more() -> None:
    _, _, ended = call(["4"])
    joined = entry(ended, "joins").at
    assert ended.legs[0].ended == pytest.approx(joined + 30)


def test_a_message() -> None:
    _, phone, ended = call(["3", "This is Ann.", "Call me.", ""])
    (file,) = phone.stage.network.files.values()
    assert [voice.words for voice in file.voices if voice.words] == ["This is Ann.", "Call me."]
    assert heard(ended)[-1] == "Kept."


def test_a_message_that_a_key_ends() -> None:
    somebody, _, ended = call(["3", "7", "wait 1s", "#"])
    assert heard(ended)[-1] == "Kept."
    assert [question.prompt for question in somebody.asked[1:]] == ["recording"] * 3


# ---- fetches


def test_what_a_fetch_brings_is_asked() -> None:
    somebody, _, ended = call(["2", "7#", "{", "NaN", "[" * 5000, "where", '{"name": "Bo"}'])
    assert len(somebody.of("hint")) == 3
    assert all("not JSON" in text or "deeply" in text for text in somebody.of("hint"))
    assert "step support, ivr.call:23" in somebody.of("answer")
    assert "Hello Bo. Your name?" in heard(ended)
    assert somebody.asked[2].text.startswith("the script fetches https://crm.example.com/7.")


@pytest.mark.parametrize("line", ["", "error"])
def test_a_fetch_that_fails(line: str) -> None:
    _, _, ended = call(["2", "7#", line])
    assert heard(ended)[-1] == "Goodbye."


def test_hanging_up_at_a_fetch() -> None:
    _, _, ended = call(["2", "7#", "bye"])
    assert ended.legs[0].ended_by == "user"


def test_replies() -> None:
    replies = [FetchReply("https://crm.example.com/*", Fetched({"name": "Cy"}))]
    somebody, _, ended = call(["2", "7#", "Ann"], replies=replies)
    assert "Hello Cy. Your name?" in heard(ended)
    assert [question.what for question in somebody.asked] == ["input"] * 3


def test_several_replies_to_one_address() -> None:
    script = """step main { fetch "https://x.example.com/a?b[0]=1" as a { on error -> again } talk "{{ a }}." }
    step again { talk "Once more." input dtmf as k -> main }"""
    replies = [
        FetchReply("https://x.example.com/a?b[0]=1", Fetched(failure="down")),
        FetchReply("https://*=1", Fetched(7)),
    ]
    replies.append(FetchReply("https://x.example.com/a?b[0]=1", Fetched("there")))
    _, _, ended = call([], script, replies=replies)
    assert heard(ended) == ["Once more.", "there."]


def test_a_flow_that_fails() -> None:
    script = 'step main { talk "Hi." input dtmf as k fetch "https://x.example.com/" as a talk "{{ a }}." }'
    somebody, phone, ended = call(["1", "error", "never asked again"], script)
    assert somebody.lines == ["never asked again"]
    assert [failure.code for failure in phone.showing.failures] == ["E801"]
    assert len(somebody.of("failure")) == 1
    assert not [text for text in somebody.texts if "E712" in text]
    assert ended.legs[0].outcome == "completed"


# ---- questions, and lines that mean nothing


def test_questions_take_no_time() -> None:
    somebody, _, ended = call(["help", "?", "where", "again", "2", "bye"])
    assert entry(ended, "presses").at == entry(ended, "hears").until
    answers = somebody.of("answer")
    assert any("!1" in text for text in answers)
    assert "step main, ivr.call:4" in answers
    assert any(text.endswith("“Press 1 for sales, 2 for support.”") for text in answers)


def test_no_private_value_is_shown() -> None:
    script = MENU.replace("step main {", 'step main {\n set copy = "x{{ pin }}"\n set other = "y"')
    somebody, _, _ = call(["where", "bye"], script)
    answers = [text.strip() for text in somebody.of("answer")]
    assert "pin: (private)" in answers
    assert "copy: (private)" in answers
    assert 'other: "y"' in answers
    assert not any("4711" in text for text in answers)


# ---- personas


def test_a_persona_is_asked_nothing() -> None:
    cast = read_cast({"does": [{"hears": "press 1", "press": 1, "interrupt": True}]})
    somebody, _, ended = call(["never"], cast=cast)
    assert somebody.asked == []
    assert heard(ended)[-1] == "Sales has hung up."
    somebody, _, _ = call(["never"], cast=Cast((BUILT_IN["hangs-up"],)))
    assert somebody.asked == []


def test_a_persona_gets_no_json() -> None:
    cast = read_cast({"does": [{"hears": "press 1", "press": 2}, {"hears": "number", "press": "7#"}]})
    somebody, _, ended = call([], cast=cast)
    assert heard(ended)[-1] == "Goodbye."
    assert any(text.startswith("give a reply with --reply 'https://crm.example.com/7=") for text in somebody.of("hint"))


def test_somebody_who_is_called() -> None:
    script = 'call { to phone 14155550101 from phone 14155550100 } talk "Hi." input dtmf max_digits=1 as k talk "{{ k.digits }}."'
    _, _, ended = call(["1"], script)
    assert heard(ended) == ["Hi.", "1."]
    assert ended.legs[0].direction == "outbound"
    _, _, ended = call(["1"], script, cast=Cast((BUILT_IN["busy"],)))
    assert ended.outcome == "busy"


def test_a_handler_is_a_step() -> None:
    script = """call { to phone 14155550101 from phone 14155550100
      advanced_machine_detection={behavior: continue, mode: default}
      on human { talk "You are human." } }
    wait 20s"""
    somebody, _, ended = call([], script, api="v1")
    assert heard(ended) == ["You are human."]
    assert somebody.of("step")[-1].startswith("on human")


def test_scripts_that_need_no_runtime() -> None:
    somebody, _, ended = call([], 'talk "One." talk "Two."')
    assert heard(ended) == ["One.", "Two."]
    assert somebody.asked == []


# ---- the same words, whoever plays


@pytest.mark.parametrize(
    ("lines", "verbs"),
    [
        (["1", "busy", "", ""], 'press "1" busy silence'),
        (["sales", "timeout"], 'say "sales" timeout'),
        (["9", "2"], 'press "9" press "2"'),
        (["", "3", "Ann"], 'silence press "3" say "Ann"'),
    ],
)
def test_a_person_and_a_test_hear_the_same(lines: list[str], verbs: str) -> None:
    flow = nccodsl.load(f'{MENU}\ntest "t" {{ {verbs} ended }}')
    outcome = run_test(flow, Runnable(flow, URL), flow.program.tests[0])
    _, _, ended = call(lines)
    assert outcome.call is not None
    tested = [(round(one.at, 3), one.data["text"]) for one in outcome.call.timeline.of("hears") if one.data.get("text")]
    here = [(round(one.at, 3), one.data["text"]) for one in ended.timeline.of("hears") if one.data.get("text")]
    assert here[: len(tested)] == tested or tested[: len(here)] == here
    assert min(len(here), len(tested)) > 2


CLINIC = (Path(__file__).parents[2] / "data" / "flows" / "clinic.call").read_text("utf-8")


def test_a_persona_and_a_stage_hear_the_same() -> None:
    cast = read_cast({"does": [{"hears": "press 1", "press": 3}, {"hears": "number", "press": "12#"}]})
    stage = Stage(nccodsl.load(CLINIC), {}, cast=cast, api="v2")
    stage.begin()
    expected = stage.finish()
    _, _, ended = call([], CLINIC, cast=cast)
    assert [one.to_json() for one in ended.timeline.entries] == [one.to_json() for one in expected.timeline.entries]


# ---- whatever is typed

TYPED = [
    "1",
    "2",
    "3",
    "4",
    "12#",
    "",
    "!1",
    "interrupt 2",
    "wait",
    "wait 3s",
    "bye",
    "hello",
    "again",
    "where",
    "help",
]
OUTCOMES = ["busy", "answered 5s", "voicemail", "{}", "error"]
lines = st.lists(
    st.one_of(
        st.sampled_from([*TYPED, *OUTCOMES]),
        st.text(max_size=20),
    ),
    max_size=15,
)


@settings(max_examples=examples(150))
@given(lines)
def test_a_call_ends_whatever_is_typed(lines: list[str]) -> None:
    somebody, phone, ended = call(lines)
    assert ended.legs[0].ended is not None
    assert all(told.text.isprintable() for told in somebody.seen)
    written = Transcript("ivr.call", ended, phone.showing.places)
    assert "completed" in written.to_text()
    assert len(phone.showing.places) == len(ended.timeline.entries)


@settings(max_examples=examples(60))
@given(flows(), st.lists(st.sampled_from([*KEYS, *PHRASES, "", "!1", "busy", "{}"]), max_size=12))
def test_any_flow_can_be_played(flow: nccodsl.Flow, lines: list[str]) -> None:
    somebody = Somebody([*lines, "bye", "bye"])
    phone = Phone(flow, {}, somebody)
    ended = phone.call()
    assert ended.legs[0].ended is not None
    written = Transcript("x", ended, phone.showing.places).to_json()
    assert all(row.get("step") for row in written["transcript"] if row["kind"] == "hears" and row.get("words"))


def test_what_the_person_who_is_called_hears_first() -> None:
    somebody, _, _ = call(
        ["answered"],
        'connect phone 14155550123 from=14155550100 { whisper { talk "A call." } on busy { } }\ntalk "Goodbye."',
    )
    told = [(one.leg, one.text) for one in somebody.seen if one.kind == "hears"]
    assert told[-2:] == [("phone 14155550123", "hears “A call.”"), ("", "hears “Goodbye.”")]
