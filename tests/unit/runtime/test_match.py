"""Which branch keys, words and silence take."""

from __future__ import annotations

from typing import Any

import pytest

import nccodsl
from nccodsl.runtime.match import Taken, heard
from nccodsl.runtime.runnable import Runnable
from nccodsl.templates import Scope

SCRIPT = """
param team: list = ["north", "south"]

step main {
  input dtmf speech {
    on "1", "sales"       -> one
    on "2", "Sales team"  -> two
    on "12", "*#"         -> three
    on {{ team }}         -> four
    on "no"               -> five
    otherwise             -> six
  }
}
step one { talk "1" }
step two { talk "2" }
step three { talk "3" }
step four { talk "4" }
step five { talk "5" }
step six { talk "6" }
"""
SCRIPT_RUNS = Runnable(nccodsl.load(SCRIPT), "https://x.example/x")
ONE, TWO, THREE, FOUR, FIVE = (f"main.{number}" for number in range(1, 6))


def keys(digits: object) -> dict[str, Any]:
    return {"dtmf": {"digits": digits, "timed_out": False}}


def speech(*texts: object, confidence: object = "0.9") -> dict[str, Any]:
    results = [{"text": text, "confidence": confidence} for text in texts]
    return {"dtmf": {"digits": None, "timed_out": False}, "speech": {"results": results}}


@pytest.mark.parametrize(
    ("payload", "block"),
    [
        (keys("1"), ONE),
        (keys("2"), TWO),
        (keys("12"), THREE),
        (keys("*#"), THREE),
        (keys("3"), None),
        (speech("sales"), ONE),
        (speech("Sales!"), ONE),
        (speech("the sales, please"), ONE),
        (speech("Sales team"), TWO),
        (speech("sales-team"), TWO),
        (speech("wholesales"), None),
        (speech("North"), FOUR),
        (speech("please take me south"), FOUR),
        (speech("no"), FIVE),
        (speech("nothing"), None),
        (speech("1"), ONE),
        (speech("1 2"), THREE),
        (speech("1 and 2"), None),
        # The best result decides before the others; an exact one before one that only holds the words.
        (speech("something", "sales"), ONE),
        (speech("no sales team", "sales"), ONE),
        ({}, None),
        (keys(""), None),
        (speech(), None),
    ],
)
def test_branch(payload: dict[str, Any], block: str | None) -> None:
    taken = taken_by(SCRIPT_RUNS, payload, team=["north", "south"])
    assert (taken.target if taken is not None else None) == block


def taken_by(script: Runnable, payload: dict[str, Any], **values: object) -> Taken | None:
    ask = script.blocks["main"].ask
    assert ask is not None
    return ask.choose.answer(heard(payload), Scope(values))


@pytest.mark.parametrize(
    ("payload", "matched"),
    [
        (keys("1"), "1"),
        (speech("sales"), "sales"),
        (speech("SALES team!"), "Sales team"),
        (speech("1 2"), "12"),
        # Of a list, the item that was meant.
        (speech("the Lower  South, please"), "lower south"),
        (speech("seven"), None),
        (keys("7"), "7"),
    ],
)
def test_what_was_matched(payload: dict[str, Any], matched: str | None) -> None:
    taken = taken_by(SCRIPT_RUNS, payload, team=["north", " lower south ", 7])
    assert (taken.known if taken is not None else {}).get("matched") == matched


@pytest.mark.parametrize(
    ("payload", "bound"),
    [
        (keys("12"), {"digits": "12", "speech": "", "confidence": 0.0, "timed_out": False}),
        (speech("yes", "no"), {"digits": "", "speech": "yes", "confidence": 0.9, "timed_out": False}),
        (speech("yes", confidence=0.5), {"digits": "", "speech": "yes", "confidence": 0.5, "timed_out": False}),
        (speech("yes", confidence="high"), {"digits": "", "speech": "yes", "confidence": 0.0, "timed_out": False}),
        (speech("yes", confidence="7"), {"digits": "", "speech": "yes", "confidence": 1.0, "timed_out": False}),
        ({"dtmf": "5"}, {"digits": "5", "speech": "", "confidence": 0.0, "timed_out": False}),
        (
            {"dtmf": {"digits": "", "timed_out": True}},
            {"digits": "", "speech": "", "confidence": 0.0, "timed_out": True},
        ),
        (
            {"dtmf": {"digits": "12", "timed_out": True}},
            {"digits": "12", "speech": "", "confidence": 0.0, "timed_out": True},
        ),
        # What no platform sends counts as nothing.
        (keys("1; DROP TABLE"), {"digits": "", "speech": "", "confidence": 0.0, "timed_out": False}),
        (keys(["1"]), {"digits": "", "speech": "", "confidence": 0.0, "timed_out": False}),
        ({"dtmf": True, "speech": "hello"}, {"digits": "", "speech": "", "confidence": 0.0, "timed_out": False}),
        (keys(-5), {"digits": "", "speech": "", "confidence": 0.0, "timed_out": False}),
        (speech("yes", confidence="nan"), {"digits": "", "speech": "yes", "confidence": 0.0, "timed_out": False}),
        # Forms of old inputs, and numbers that are none too far from what is sent.
        ({"dtmf": 5}, {"digits": "5", "speech": "", "confidence": 0.0, "timed_out": False}),
        ({"dtmf": "", "timed_out": True}, {"digits": "", "speech": "", "confidence": 0.0, "timed_out": True}),
    ],
)
def test_what_as_brings(payload: dict[str, Any], bound: dict[str, Any]) -> None:
    assert heard(payload).bound() == bound


HINDI = Runnable(
    nccodsl.load('step main { input speech language=hi-IN { on "हाँ" -> yes on "cafe\u0301" -> drink otherwise -> main } }\nstep yes { talk "1" }\nstep drink { talk "2" }'),
    "https://x.example/x",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "block"),
    [("हाँ", ONE), ("हाँ जी", ONE), ("है", None), ("हूँ", None), ("café", TWO), ("cafe\u0301!", TWO), ("cafe", None)],
)  # fmt: skip
def test_marks_belong_to_their_letters(said: str, block: str | None) -> None:
    taken = taken_by(HINDI, speech(said))
    assert (taken.target if taken is not None else None) == block
