"""`input … as name: type`: an answer that fits has a value, and any other counts as no match."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

import nccodsl
from nccodsl.describe.describe import describe
from nccodsl.graph.build import build
from nccodsl.runtime.first_ncco import begun
from nccodsl.runtime.manifest import files_of
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from tests.unit.server.handle_drive import LEG, URL, Caller

BORN = """
step main {
  talk "When were you born?"
  input dtmf speech language=en-GB as born: date("%d%m%Y") {
    on nothing { talk "Nothing." hangup }
    on "0", "operator" { talk "Matched {{ born.matched }}." hangup }
    retry "Not a date.", "Eight digits, please."
    otherwise { talk "You gave {{ born.digits }}{{ born.speech }}." hangup }
  }
  talk "Born {{ born.value | spoken_date }}, in {{ born.value.year }}."
  input dtmf max_digits=1 as any_key
  set age = {{ 2026 - born.value.year }}
  -> last
}
step last { talk "{{ age }} {{ born.value.isoformat() }}" input dtmf { otherwise hangup } }
"""


def caller(script: str, **values: object) -> Caller:
    found = Caller(script, **values)
    found.call()
    return found


def asking(type: str, kinds: str) -> Caller:
    return caller(f'input {kinds} as x: {type} {{ otherwise {{ talk "No." hangup }} }} talk "{{{{ x.value }}}}"')


def state(call: Caller) -> State:
    return State.from_bytes(call.kept[next(iter(call.kept))].data)


@pytest.mark.parametrize("act", ["press", "say"])
def test_an_answer_that_fits_goes_on_behind_the_statement(act: str) -> None:
    call = caller(BORN)
    call.press("23051980") if act == "press" else call.say("the twenty-third of May nineteen eighty")
    assert call.said == ["Born Friday, May 23, 1980, in 1980."]
    call.press("1")
    assert call.said == ["46 1980-05-23"]


def test_one_that_does_not_fit_is_asked_again_and_then_comes_to_otherwise() -> None:
    call = caller(BORN)
    for key, first in (("31022000", "Not a date."), ("9", "Eight digits, please."), ("77", "You gave 77.")):
        call.press(key)
        assert call.said[0] == first
    call = caller(BORN)
    for _ in range(3):
        call.say("the day before yesterday")
    assert call.said == ["You gave the day before yesterday."]


@pytest.mark.parametrize(("said", "matched"), [("the Operator, please", "operator"), ("0", "0")])
def test_branches_come_first_and_say_what_was_matched(said: str, matched: str) -> None:
    call = caller(BORN)
    call.say(said)
    assert call.said == [f"Matched {matched}."]


def test_silence_takes_its_own_branch() -> None:
    call = caller(BORN)
    call.silence()
    assert call.said == ["Nothing."]


def test_the_same_webhook_twice_moves_once() -> None:
    call = caller(BORN)
    address, payload = call.address(), {**LEG, "dtmf": {"digits": "23051980", "timed_out": False}}
    first, second = call.send(*address, **payload), call.send(*address, **payload)
    assert first.body == second.body
    assert "1980" in call.said[0]
    assert state(call).moves == 1


def test_the_next_answer_has_no_value_of_the_last_one() -> None:
    ask = 'input dtmf as x: digits(4) { on "0" { } otherwise { } } talk "{{ x.value | default(\'none\') }}"'
    call = caller(f"{ask} {ask} {ask}")
    for key, heard in (("1234", "1234"), ("12", "none"), ("0", "none")):
        call.press(key)
        assert call.said[0] == heard


@pytest.mark.parametrize(
    ("type", "keys", "value"),
    [
        ("digits(4)", "0470", "0470"),
        ("digits(4..10)", "12345", "12345"),
        ("integer(1..20)", "07", 7),
        ("integer", "123456789012", 123456789012),
        ("amount", "12*50", 12.5),
        ("amount", "12", 12),
        ('time("%H%M")', "0930", datetime.time(9, 30)),
        ('date("%d%m%y")', "230580", datetime.date(1980, 5, 23)),
        ("luhn", "4242424242424242", "4242424242424242"),
        ("phone(GB)", "02079460000", "442079460000"),
    ],
)
def test_the_value_survives_the_store(type: str, keys: str, value: object) -> None:
    call = caller(f'input dtmf as x: {type} {{ otherwise hangup }} input dtmf as y\ntalk "{{{{ x.value }}}}"')
    call.press(keys)
    kept = state(call).names["x"]
    assert isinstance(kept, dict)
    assert kept["value"] == value
    assert type_of(kept["value"]) is type_of(value)


def type_of(value: object) -> Any:
    return value.__class__


def test_what_is_said_is_understood_in_the_language_of_the_input() -> None:
    for language, said, heard in (
        ("", "twenty-one", "21"),
        (" language=en-AU", "twenty-one", "21"),
        (" language=ja-JP", "twenty-one", "No."),
        (" language=ja-JP", "21", "21"),
    ):
        call = asking("integer(1..30)", f"speech{language}")
        call.say(said)
        assert call.said == [heard]
    spoken = caller(
        'param to: text\ninput speech language={{ to }} as x: integer { otherwise { talk "No." hangup } } talk "{{ x.value }}"',
        to="en-US",
    )
    spoken.say("seven hundred and five")
    assert spoken.said == ["705"]


# ---- what the input takes


@pytest.mark.parametrize(
    ("input", "settings"),
    [
        ("input dtmf as x: digits(4)", {"maxDigits": 4}),
        ("input dtmf as x: digits(4..10)", {"maxDigits": 10, "submitOnHash": True}),
        ("input dtmf submit_on_hash=false as x: digits(4..10)", {"maxDigits": 10, "submitOnHash": False}),
        ("input dtmf max_digits=12 as x: digits(4)", {"maxDigits": 12}),
        ("input dtmf timeout=7 as x: amount", {"timeOut": 7, "maxDigits": 12, "submitOnHash": True}),
        ('input dtmf speech as x: date("%Y%m%d")', {"maxDigits": 8}),
        ('defaults input max_digits=1 submit_on_hash=false\ninput dtmf as x: digits(1..3)', {"maxDigits": 3, "submitOnHash": True}),
        ("input speech as x: digits(4)", None),
    ],
)  # fmt: skip
def test_the_type_says_how_many_keys_are_taken(input: str, settings: dict[str, object] | None) -> None:
    call = caller(f"{input} {{ otherwise hangup }}")
    assert call.ncco[-1].get("dtmf") == settings


# ---- how it is shown


def test_it_is_described_drawn_and_in_the_manifest() -> None:
    flow = nccodsl.load(BORN)
    told = describe(flow)
    assert "Stores the answer as born: a date as DDMMYYYY." in told
    assert "on silence or an answer that does not fit: says “Not a date.”" in told
    labels = [edge.label for edge in build(flow).edges if edge.source == "main.2"]
    assert "as born: a date as DDMMYYYY" in labels
    script = Runnable(flow, URL)
    files = files_of(script, begun(script, {}, key="", token=False))
    ways = json.loads(files["manifest.json"])["nccos"]["main"]["waits"][0]["then"]
    assert [way["ncco"] for way in ways if "fits" in way] == [flow.blocks["main"].transition.then]  # type: ignore[union-attr]
