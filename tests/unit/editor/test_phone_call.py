"""The services of pages: a call after a tape, a call saved as a test, the graph; and what they answer to nonsense."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.services.call_graph import call_graph
from nccodsl.editor.services.phone_call import phone_call, saved_call
from nccodsl.editor.session import MOST_ENTRIES
from nccodsl.errors import CannotRead
from nccodsl.voice.catalogue import catalogue
from tests.every_script import ROOT
from tests.menu_script import MENU, MENU_WITHOUT_VALUES


def of(text: str) -> Document:
    return Document("menu.call", text)


def call(*tape: str, script: str = MENU, **more: Any) -> dict[str, Any]:
    """The answer after a tape, as it leaves the server: JSON data, but for places."""
    state = phone_call(of(script), {"tape": list(tape), **more})
    json.dumps(state, default=str)
    return state


def said(state: dict[str, Any], *kinds: str) -> list[str]:
    return [line["text"] for line in state["lines"] if line["kind"] in kinds]


def walked(state: dict[str, Any], script: str = MENU) -> list[str]:
    """The keywords of the statements that a call came through."""
    return [script[place.start : place.end].split()[0] for place in state["walked"]]


# ---- a call


def test_a_call_that_has_begun() -> None:
    state = call()
    assert state["problem"] is None
    assert said(state, "heard") == ["Welcome to Harbour Bikes. Press 1 or 2."]
    assert said(state, "step") == ["main"]
    waits = state["waits"]
    assert (waits["what"], waits["keys"], waits["words"], waits["mostKeys"]) == ("input", True, True, 1)
    assert waits["choices"] == ["1", "sales", "2"]
    assert waits["interrupts"], "the prompt has barge_in=true"
    assert MENU[waits["location"].start : waits["location"].end].startswith("input dtmf")
    assert (state["over"], state["ended"], state["tape"]) == (False, "", [])
    assert walked(state) == ["talk", "input"]
    known = {one["name"]: one["value"] for one in state["names"]}
    assert known["shop"] == '"Harbour Bikes"'
    assert "4711" not in known["pin"]


def test_what_the_person_does_is_told() -> None:
    state = call("!2", "12#", '{"name": "Ann"}', "wait")
    assert state["over"]
    assert "hung up by the platform" in state["ended"]
    own = [(line["kind"], line["text"], line["entries"]) for line in state["lines"] if line["who"] == "you"]
    assert own == [("pressed", "2", 0), ("pressed", "12#", 1), ("did", '{"name": "Ann"}', 2)]
    assert state["tape"] == ["!2", "12#", '{"name": "Ann"}'], "what comes after the end was never asked for"
    first = next(line for line in state["lines"] if line["kind"] == "heard")
    assert first["cut"]
    assert "fetches https://crm.example.com/12: answered" in said(state, "event")
    assert walked(state) == ["talk", "input", "talk", "input", "fetch", "talk"]


def test_others_are_told_by_their_names() -> None:
    state = call("1", "answered", "say hello", "hang up")
    assert ("phone 14155550123", "answered") in [(line["who"], line["text"]) for line in state["lines"]]
    assert said(state, "said") == ["hello"]
    assert said(state, "did") == ["answered", "hang up"]
    assert call("1")["waits"] | {"location": None, "help": "", "at": 0} == {
        **{"what": "connect", "at": 0, "keys": False, "words": False, "mostKeys": None, "submitOnHash": False},
        **{"interrupts": False, "subject": "phone 14155550123", "help": "", "step": "sales", "location": None},
        "choices": ["answered", *catalogue().failures, "voicemail"],
    }


def test_several_keys_and_replies_of_tests() -> None:
    keys = call("2")["waits"]
    assert (keys["mostKeys"], keys["submitOnHash"], keys["words"]) == (4, True, False)
    assert call("2", "99#")["waits"]["choices"][0] == '{"name": "Ann"}', "what a test replies to this fetch"


def test_a_line_joins_the_tape_if_it_does_something() -> None:
    assert call(enter="1")["tape"] == ["1"]
    asked = call(enter="where")
    assert asked["tape"] == []
    assert asked["answers"][0].startswith("step main")
    refused = call("1", enter="bussy")
    assert refused["tape"] == ["1"]
    assert "did you mean `busy`" in refused["answers"][0]
    assert call("1", "hang up", enter="1")["answers"] == ["the call is over"]


# ---- what it begins with


def test_values_are_asked_for_and_judged() -> None:
    script = MENU_WITHOUT_VALUES
    state = call(script=script, values={"day": "soon", "gone": "1"})
    assert state["missing"] == ["shop", "day"]
    assert "`shop`" in state["problem"]
    assert script[state["location"].start : state["location"].end] == "shop"
    shown = {one["name"]: one for one in state["params"]}
    assert (shown["shop"]["type"], shown["shop"]["doc"], shown["shop"]["required"]) == (
        "text",
        "How it is called",
        True,
    )
    assert shown["day"]["problem"].startswith("expected a date")
    assert (shown["pin"]["private"], shown["pin"]["value"]) == (True, None)
    begun = call(script=script, values={"day": "2026-12-24", "shop": "Quay", "gone": "1"})
    assert said(begun, "heard") == ["Welcome to Quay. Press 1 or 2."]


def test_it_begins_with_the_values_of_a_test() -> None:
    state = call(test="a known number")
    assert said(state, "heard") == ["Welcome to Quay. Press 1 or 2."]
    assert state["params"][0]["value"] == "Quay"
    assert said(call(test="a known number", values={"shop": "Wharf"}), "heard") == ["Welcome to Wharf. Press 1 or 2."]
    assert call(test="no such")["problem"] == "there is no test “no such”"


def test_it_begins_at_a_step() -> None:
    state = call(step="sales")
    assert said(state, "heard") == ["I connect you."]
    assert state["waits"]["what"] == "connect"
    assert call()["steps"] == ["main", "sales", "support"]
    assert call(step="sale")["problem"] == "there is no step `sale`; did you mean `sales`?"


def test_what_other_steps_bind_has_no_value_there() -> None:
    script = MENU.replace('  fetch "https', '  -> late\n}\nstep late {\n  fetch "https')
    state = call(step="late", script=script)
    assert "number" in said(state, "failure")[0]
    assert state["over"]


def test_where_handlers_take_calls_elsewhere_a_step_is_still_a_step() -> None:
    script = (ROOT / "examples" / "voicemail-detection" / "script.call").read_text(encoding="utf-8")
    values = {"name": "Ann", "number": "14155550123", "until": "2026-12-24"}
    state = call(script=script, step="leave_message", values=values)
    assert said(state, "step") == ["leave_message"]


def test_the_clock_stands_where_it_stood() -> None:
    script = """zone "Europe/London"
hours shop { mon-fri 09:00-17:00 }
step main {
  if {{ shop.open }} { talk "Open." } else { talk "Closed." }
  input dtmf max_digits=1
}
"""
    begun = call(script=script, at="2026-12-22 18:30")
    assert begun["readsClock"], begun["problem"]
    assert begun["at"].startswith("2026-12-22T18:30:00")
    assert said(begun, "heard") == said(call("1", script=script, at=begun["at"]), "heard") == ["Closed."]
    assert said(call(script=script, at="2026-12-22 12:00"), "heard") == ["Open."]


# ---- another script


def test_an_edit_alters_the_call_or_does_not() -> None:
    before = call("1", "busy")
    edited = MENU.replace("Sales is busy.", "Nobody is here.")
    same = call(*before["tape"], script=edited, asked=before["asked"])
    assert same["altered"] is None
    assert "Nobody is here." in said(same, "heard")
    edited = MENU.replace("step sales {", "step sales {\n  input dtmf max_digits=1")
    other = call(*before["tape"], script=edited, asked=before["asked"], enter="2")
    assert other["altered"]["text"].startswith("your change altered this call here: it waited for keys in step sales")
    assert other["tape"] == ["1"], "what was entered was meant for another question"
    back = call(*before["tape"], asked=before["asked"])
    assert (back["altered"], back["tape"]) == (None, ["1", "busy"])
    # After a step back there is more that was asked than is played.
    assert call("1", asked=before["asked"])["altered"] is None


# ---- saving


def test_a_call_is_saved_as_a_test() -> None:
    tape = ["2", "12#", '{"name": "Ann"}']
    saved = saved_call(of(MENU), {"tape": tape, "title": " a call "})
    assert saved["problem"] is None
    assert saved["test"].startswith('test "a call" {\n')
    assert 'fetched "https://crm.example.com/12" reply {name: "Ann"}' in saved["test"]
    both = MENU + "\n" + saved["test"]
    assert call(script=both)["tests"] == ["a known number", "a call"]


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"title": ""}, "a test needs a title"),
        ({"title": 3}, "a test needs a title"),
        ({"title": "x", "step": "sales"}, "cannot be saved"),
        ({"title": "a known number", "tape": ["1"]}, "cannot be saved as a test"),
        ({"title": "x", "tape": 3}, "`tape` must be a list"),
    ],
)
def test_why_it_is_not_saved(params: dict[str, Any], problem: str) -> None:
    saved = saved_call(of(MENU), params)
    assert saved["test"] is None
    assert problem in saved["problem"]


# ---- nonsense


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"tape": ["1"] * (MOST_ENTRIES + 1)}, f"a tape has at most {MOST_ENTRIES} entries"),
        ({"tape": [1]}, "`tape` must be a list"),
        ({"tape": "1"}, "`tape` must be a list"),
        ({"values": ["a"]}, "`values` must be a map"),
        ({"values": {"shop": {"a": 1}}}, "`shop`"),
        ({"enter": 3}, "`enter` must be a text"),
        ({"test": 3}, "`test` must be a text"),
        ({"step": ["main"]}, "`step` must be a text"),
        ({"at": "noon"}, "`noon` is not a date and time"),
        ({"asked": 3}, "`asked` must be the list"),
        ({"asked": [{"what": 1}]}, "`asked` must be the list"),
    ],
)
def test_nonsense_gets_a_problem(params: dict[str, Any], problem: str) -> None:
    state = phone_call(of(MENU), params)
    assert problem in state["problem"]
    assert state["lines"] == []


def test_hostile_lines_do_nothing_bad() -> None:
    state = call("1" * 9999, "\0", "{" * 70_000, "say " + "a" * 2000, "!", "press 9x", enter="\ud800")
    assert state["problem"] is None
    assert state["tape"] == ["1" * 9999, "\0"], "a person who is silent is not asked again"


def test_a_script_with_errors_has_no_call_and_no_graph() -> None:
    script = MENU.replace("-> support", "-> suport")
    for answer in (call(script=script), call_graph(of(script))):
        assert answer["problem"].startswith("E201")
        assert script[answer["location"].start : answer["location"].end] == "suport"
    assert saved_call(of("step {"), {"title": "x"})["problem"].startswith("E1")
    empty = call(script="")
    assert empty["problem"] or empty["over"]


# ---- the graph


def test_the_graph_has_places() -> None:
    graph = call_graph(of(MENU))
    assert [step["name"] for step in graph["steps"]] == ["main", "sales", "support"]
    at = {node["id"]: MENU[node["location"].start : node["location"].end] for node in graph["nodes"]}
    assert at["sales.2"].startswith("connect phone 14155550123")
    ids = {node["id"] for node in graph["nodes"]}
    assert all(edge["from"] in ids and edge["to"] in ids for edge in graph["edges"])
    assert {step["location"].name for step in graph["steps"]} == {"menu.call"}


def test_places_of_calls_are_places_of_the_graph() -> None:
    script = MENU.replace('  talk "Welcome', '  if {{ visits == 1 }} { talk "Good day." } talk "Welcome')
    state, graph = call("1", "busy", script=script), call_graph(of(script))
    at = {node["location"].start: node["id"] for node in graph["nodes"] if node["step"] and node["kind"] != "end"}
    came = [at[place.start] for place in state["walked"]]
    assert came == ["main.2", "main.3", "main.4", "sales.1", "sales.2", "sales.3"], "main.1 is the `if`"


def test_places_lie_in_the_file_that_says_them() -> None:
    included = 'step menu {\n  talk "In the other file."\n  input dtmf max_digits=1\n}\n'

    def read(wanted: str, including: str) -> tuple[str, str]:
        if wanted != "menu.call":
            raise CannotRead(f"{wanted} does not exist", missing=True)
        return wanted, included

    document = Document("main.call", 'include "menu.call"\nstep main {\n  -> menu\n}\n', read)
    state = phone_call(document, {})
    heard = next(line for line in state["lines"] if line["kind"] == "heard")
    assert heard["location"] == FilePlace("menu.call", 14, 14 + len('talk "In the other file."'))
    assert {step["location"].name for step in call_graph(document)["steps"]} == {"main.call", "menu.call"}


def test_the_answer_is_that_of_the_text_after_edits() -> None:
    document = of(MENU)
    assert said(phone_call(document, {}), "heard") == ["Welcome to Harbour Bikes. Press 1 or 2."]
    at = document.text.index("Welcome")
    document.edit(at, at + len("Welcome"), "Hello and welcome")
    first = next(line for line in phone_call(document, {})["lines"] if line["kind"] == "heard")
    assert first["text"].startswith("Hello and welcome")
    assert document.text[first["location"].start :].startswith("talk")


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/script.call")), ids=lambda path: path.parent.name)
def test_every_example_has_a_graph_and_a_call_or_says_what_it_needs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = Document(str(path), text)
    graph = call_graph(document)
    assert graph["problem"] is None
    state = phone_call(document, {})
    assert bool(state["problem"]) == bool(state["missing"])
    for title in state["tests"]:
        state = phone_call(document, {"test": title})
        assert bool(state["problem"]) == bool(state["missing"])
