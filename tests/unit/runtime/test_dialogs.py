"""A dialog while a call runs: what belongs to each time that it is asked."""

from __future__ import annotations

from tests.unit.server.handle_drive import Caller

COUNTING = """
dialog inner() -> done {
  talk "Inner {{ visits }}."
  input dtmf max_digits=1 { on "1" -> done  otherwise -> again }
}
dialog outer() -> done {
  talk "Outer {{ visits }}."
  ask inner()
  -> more
  step more {
    talk "More {{ visits }}."
    input dtmf max_digits=1 { on "1" -> done  on "2" -> again  on "3" -> more  retry 2 "Sorry."  otherwise -> done }
  }
}
step main {
  talk "Main {{ visits }}."
  ask outer()
  -> main
}
"""


def test_visits_begin_anew_when_a_dialog_is_asked_once_more() -> None:
    caller = Caller(COUNTING)
    caller.call()
    heard = [caller.said]
    for key in "2131219113":
        caller.press(key)
        heard.append(caller.said)
    assert heard == [
        ["Main 1.", "Outer 1.", "Inner 1."],
        ["Inner 2."],
        ["More 1."],
        ["More 2."],
        ["Main 2.", "Outer 1.", "Inner 1."],
        ["Inner 2."],
        ["More 1."],
        ["Sorry.", "More 2."],
        ["Main 3.", "Outer 1.", "Inner 1."],
        ["More 1."],
        ["More 2."],
    ]


def test_a_restart_goes_on_counting() -> None:
    caller = Caller(COUNTING)
    caller.call()
    caller.press("1")
    caller.press("2")
    # `outer` has begun twice, and asks `inner` once more.
    assert caller.said == ["Outer 2.", "Inner 1."]
