"""What is reported for a change, and in which words."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.diff.compare_versions import VersionComparison, compare_versions
from nccodsl.diff.printed_comparison import sentence, verdict

MENU = """\
step main {
  talk "Press 1 or 2."
  input dtmf speech max_digits=1 as given {
    on "1" -> one
    on "2", "two" -> two
    retry 1 "Sorry?"
    otherwise { talk "Goodbye." }
  }
}
step one { talk "This is one." }
step two {
  connect phone 14155550111 from=14155550100 { on busy { talk "Busy." } on completed { hangup } otherwise { talk "Nobody." } }
}
"""


def compared(old: str, new: str, depth: int = 8) -> VersionComparison:
    return compare_versions(nccodsl.load(old, name="old.call"), nccodsl.load(new, name="new.call"), depth)


def edited(*pairs: tuple[str, str], text: str = MENU) -> VersionComparison:
    """A comparison with a text in which some words are others."""
    new = text
    for old, other in pairs:
        assert old in new
        new = new.replace(old, other)
    return compared(text, new)


@pytest.mark.parametrize(
    ("pair", "kind", "subject", "said"),
    [
        (("Press 1 or 2.", "Press 1."), "changed", "heard", "at the beginning, callers now hear “Press 1.” instead of “Press 1 or 2.”"),
        (('"This is one."', '"This is one." level=0.5'), "changed", "heard", "after pressing 1, callers still hear “This is one.”, now with `level` 0.5"),
        (('    on "1" -> one\n', '    on "1" -> one\n    on "3" -> one\n'), "added", "branch", "pressing 3 now reaches `one`: the call says “This is one.”, ends"),
        (('"2", "two"', '"2"'), "removed", "branch", "saying “two” no longer reaches `two`; the call now says “Sorry?”, says “Press 1 or 2.”, asks for keys or speech"),
        (('"2", "two" -> two', '"2" -> two\n    on "two" -> one'), "changed", "branch", "saying “two” now reaches `one` instead of `two`: the call says “This is one.”, ends"),
        (("14155550111 from", "14155550112 from"), "changed", "connection", "after pressing 2, the call now connects phone 14155550112 (before: connects phone 14155550111)"),
        (('"Busy."', '"Not now."'), "changed", "heard", "after pressing 2 → the connected phone is busy, callers now hear “Not now.” instead of “Busy.”"),
        (('step one { talk', 'step one { send "https://x.example.com/a" body={a: 1} talk'), "added", "request", "after pressing 1, the call now sends POST to https://x.example.com/a"),
        (("max_digits=1", "max_digits=2"), "changed", "question", "at the beginning, the call still asks for keys or speech, now with `dtmf.max_digits` 2 (before: 1)"),
    ],
)  # fmt: skip
def test_one_change(pair: tuple[str, str], kind: str, subject: str, said: str) -> None:
    found = edited(pair)
    assert found.complete
    assert [(one.kind, one.subject) for one in found.changes] == [(kind, subject)]
    assert sentence(found.changes[0]) == said


def test_another_number_of_retries() -> None:
    first = edited(("retry 1", "retry 2")).changes[0]
    assert sentence(first) == "after silence → silence, callers now hear “Sorry?” instead of “Goodbye.”"


def test_both_places_are_told() -> None:
    change = edited(('"This is one."', '"One."')).changes[0]
    assert change.old is not None
    assert change.new is not None
    assert (change.old.at, change.new.at) == ("old.call:10", "new.call:10")
    assert (change.old.value["text"], change.new.value["text"]) == ("This is one.", "One.")


HANDLED = """\
call {
  to phone 14155550101
  from phone 14155550100
  advanced_machine_detection={behavior: continue, mode: default}
  on machine { talk "Leave it." }
}
on ended { send POST "https://crm.example.com/ended" body={outcome: {{ call.outcome }}} }
talk "Hello."
connect phone 14155550102 from=14155550100 { whisper { talk "A call." } on busy { talk "Busy." } otherwise { hangup } }
record as message { on saved { send POST "https://crm.example.com/saved" body={size: {{ message.size }}} } }
talk "Thank you."
"""


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("Leave it.", "Please call back."), "after a machine is detected, callers now hear “Please call back.” instead of “Leave it.”"),
        (("crm.example.com/ended", "crm.example.com/over"), "at the beginning, when the call ends, the call now sends POST to https://crm.example.com/over (before: sends POST to https://crm.example.com/ended)"),
        (("A call.", "It is for you."), "at the beginning, the call now first says “It is for you.” to the callee (before: first says “A call.” to the callee)"),
        (("{size:", "{bytes:"), "after the connected phone is busy, when the recording is saved, the call still sends POST to https://crm.example.com/saved, now without `body.size` (before: 1) and with `body.bytes` 1"),
        (("to phone 14155550101", "to phone 14155550101 ringing_timer=20s"), "the call is now placed with `ringing_timer` 20"),
    ],
)  # fmt: skip
def test_what_happens_beside_a_call(pair: tuple[str, str], said: str) -> None:
    assert said in [sentence(one) for one in edited(pair, text=HANDLED).changes]


def test_a_handler_that_comes() -> None:
    found = edited(("on machine { talk", 'on human { talk "Hi." } on machine { talk'), text=HANDLED)
    assert [one.kind for one in found.changes] == ["added"]
    assert "when a person is detected, the call now says “Hi.”" in sentence(found.changes[0])


FETCHING = """\
talk "One moment."
wait 1s
fetch "https://crm.example.com/a" as customer { on error { talk "No." hangup } }
talk "Hello {{ customer.name }}."
test "a reply" { fetched "https://crm.example.com/a" reply {name: "Ann"} hear "Hello Ann" }
"""


def test_webhooks_are_counted() -> None:
    found = edited(("wait 1s\n", ""), text=FETCHING)
    assert 'after the fetch returns {"name": "Ann"}, the call now needs 1 fewer webhook' in [
        sentence(one) for one in found.changes
    ]


def test_another_request() -> None:
    found = edited(('fetch "https', 'fetch POST "https'), text=FETCHING)
    assert any("now fetches POST https://crm.example.com/a" in sentence(one) for one in found.changes)


def test_a_reply_that_no_test_knows_is_not_compared() -> None:
    old = FETCHING.partition("test ")[0]
    found = compared(old, old.replace("Hello", "Welcome"))
    assert not found.same
    assert "no test has a reply for the `fetch` of https://crm.example.com/a" in found.reasons


def test_bounds_never_say_that_nothing_changed() -> None:
    text = MENU.replace(
        '{ talk "This is one." }', '{ set n = {{ (n | default(0)) + 1 }} if {{ n > 3 }} { talk "Deep." } -> main }'
    )
    found = compared(text, text.replace('"Deep."', '"Deeper."'), 2)
    assert not found.changes
    assert not found.same
    assert "paths of more than 2 answers were not compared" in found.reasons
    assert verdict(found).startswith("no change found, but not everything was compared")
    assert compared(text, text.replace('"Deep."', '"Deeper."'), 8).changes


def test_lines_that_no_call_comes_to() -> None:
    text = 'param level: integer = 2\nif {{ level * 3 == 21 * 2 }} { talk "High." } else { talk "Low." }'
    found = compared(text, text.replace('"High."', '"Very high."'))
    assert not found.same
    assert found.reasons == ("no compared call comes to old.call:2", "no compared call comes to new.call:2")


def test_conditions_on_params_are_tried() -> None:
    text = 'param level: integer = 2\nif {{ level == 1 }} { talk "High." } else { talk "Low." }'
    change = compared(text, text.replace('"High."', '"Very high."')).changes[0]
    assert sentence(change) == "with level=1, callers now hear “Very high.” instead of “High.”"


def test_params() -> None:
    text = 'param name: text\ntalk "Hello {{ name }}."'
    found = compared(text, 'param name: text\nparam day: date\ntalk "Hello {{ name }}."')
    assert "calls now need a value for the param `day`" in [one.text for one in found.changes]
    assert next(one.kind for one in compared(text, 'talk "Hello (name)."').changes) == "removed"


def test_private_values_are_not_shown() -> None:
    text = 'private param pin: text\ntalk "It is {{ pin }}."\ntest "a" { with pin="987654" hear "987654" }'
    text = text.replace("private param pin: text", "param pin: text private") if nccodsl.check(text) else text
    found = compare_versions(nccodsl.load(text), nccodsl.load(text.replace("It is", "It was")), 4, {"pin": "123321"})
    assert found.changes
    assert "987654" not in repr(found)
    assert "123321" not in repr(found)


def test_given_values() -> None:
    text = 'param name: text = "Ann"\ntalk "Hello {{ name }}."'
    new = text.replace("Hello", "Hi")
    found = compare_versions(nccodsl.load(text), nccodsl.load(new), 4, {"name": "Zoe"})
    assert "callers now hear “Hi Zoe.” instead of “Hello Zoe.”" in found.changes[0].text
