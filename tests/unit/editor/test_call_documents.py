"""The JSON of a call for a page, and what an edit changes for callers."""

from __future__ import annotations

import json
from typing import Any

from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.services import caller_changes as changes
from nccodsl.editor.services.call_documents import call_documents
from nccodsl.editor.services.caller_changes import caller_changes

MENU = """\
param number: phone = "14155550101"
call { to phone {{ number }} from phone 14155550100 }
step main {
  talk "Press 1 or 2."
  input dtmf max_digits=1 {
    on "1" { talk "One." }
    otherwise { hangup }
  }
}
"""


def made(text: str, **params: Any) -> dict[str, Any]:
    return call_documents(Document("menu.call", text), params)


def statements(text: str, found: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """Each NCCO: the action, and the first line of the statement that makes it."""
    return [
        [
            (json.loads(one["json"])["action"], text[one["location"].start : one["location"].end].split("\n")[0])
            for one in ncco["actions"]
        ]
        for ncco in found["nccos"]
    ]


def test_the_request_and_each_ncco_with_their_statements() -> None:
    found = made(MENU, tape=["1"])
    assert found["problem"] is None
    request = json.loads(found["request"]["json"])
    assert request["to"] == [{"type": "phone", "number": "14155550101"}]
    assert "ncco" not in request
    place = found["request"]["location"]
    assert isinstance(place, FilePlace)
    assert MENU[place.start : place.end].startswith("call {")
    assert statements(MENU, found) == [
        [("talk", 'talk "Press 1 or 2."'), ("input", "input dtmf max_digits=1 {")],
        [("talk", 'talk "One."')],
    ]
    assert [one["because"] for one in found["nccos"]] == ["answer", "input"]


def test_a_call_that_comes_in_has_no_request() -> None:
    script = 'talk "Hello."\n'
    found = made(script)
    assert found["request"] is None
    assert statements(script, found) == [[("talk", 'talk "Hello."')]]


def test_a_fixed_script_that_is_called() -> None:
    script = 'call { to phone 14155550101 from random }\ntalk "Hello."\n'
    found = made(script)
    assert "random_from_number" in json.loads(found["request"]["json"])
    assert statements(script, found) == [[("talk", 'talk "Hello."')]]


def test_problems_are_words() -> None:
    assert made('talk "a" lop=2\n')["problem"] == "E202 `talk` has no option `lop`"
    assert made(MENU, tape=5)["problem"].startswith("`tape` must be a list")
    assert made(MENU.replace(' = "14155550101"', ""))["nccos"] == []


def compared(new: str, saved: object = MENU) -> dict[str, Any]:
    return caller_changes(Document("menu.call", new), {"saved": saved})


def test_what_callers_notice() -> None:
    assert compared(MENU)["verdict"].startswith("no change")
    found = compared(MENU.replace("One.", "Uno."))
    assert found["problem"] is None
    assert [(one["kind"], one["line"]) for one in found["changes"]] == [("changed", 6)]
    assert "Uno." in found["changes"][0]["text"]


def test_what_cannot_be_compared() -> None:
    assert compared(MENU, 'talk "a" lop=2')["problem"].startswith("The saved script has errors")
    assert compared("talk lop=2\n")["problem"].startswith("E")
    assert compared(MENU, None)["problem"].startswith("`saved` must be")


def test_a_comparison_that_takes_too_long_ends(monkeypatch: Any) -> None:
    monkeypatch.setattr(changes, "MOST_PAIRS", 0)
    assert "nccodsl diff" in compared(MENU.replace("One.", "Uno."))["problem"]
