"""From names to their definitions and uses."""

from __future__ import annotations

import pytest

from nccodsl.editor.services.navigation import (
    Highlight,
    definition,
    highlights,
    links,
    references,
    workspace_symbols,
)
from nccodsl.errors import CannotRead
from nccodsl.std import read_library
from tests.unit.editor.scripts import SCRIPT, document, place, words


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        ("-> |menu\n}", "22:menu"),
        ("{{ prompt }}, {{ |guest", "3:guest"),
        ('with |guest="Ann"', "3:guest"),
        ("on |done {", "8:done"),
        ("ends |lost", "8:lost"),
        ('of account(|prompt="Which?"', "8:prompt"),
        ("found.|number", "8:number"),
        ("{{ |typed.digits", "10:typed"),
        ("{{ |typed }}", "33:typed"),
        ('talk "{{ |agent }}', "19:agent"),
        ("%}{{ |n }}", "18:n"),
        ("customer.|name", "34:name"),
    ],
)
def test_definitions(wanted: str, line: str) -> None:
    assert words(SCRIPT, definition(document(), place(SCRIPT, wanted))) == [line]


@pytest.mark.parametrize("wanted", ["{{ |caller", "|hangup", "|headers=", "{|A: "])
def test_what_nothing_defines_leads_nowhere(wanted: str) -> None:
    assert definition(document(), place(SCRIPT, wanted)) == ()
    assert references(document(), place(SCRIPT, "|hangup")) == ()


def test_definitions_in_the_library() -> None:
    (found,) = definition(document(), place(SCRIPT, "ask |confirm"))
    text = read_library("<std/confirm.call>", "")[1]
    assert found.name == "<std/confirm.call>"
    assert text[found.start : found.end] == "confirm"


def test_an_include_leads_to_its_file() -> None:
    found = definition(document(), place(SCRIPT, "<|std/confirm.call"))
    assert [(one.name, one.start) for one in found] == [("<std/confirm.call>", 0)]


def test_references() -> None:
    at = place(SCRIPT, "param |guest")
    every = ["3:guest", "4:guest", "9:guest", "24:guest", "40:guest"]
    assert words(SCRIPT, references(document(), at)) == every
    assert words(SCRIPT, references(document(), at, definitions=False)) == every[1:]


def test_references_across_documents() -> None:
    rest = 'step rest { talk "hi" -> main }\n'
    main = 'include "rest.call"\nstep main { -> rest }\n'
    other = document('include "rest.call"\nstep main { -> rest }\nstep more { -> rest }\n', rest=rest)
    other.name = "other.call"
    other.forget()
    found = references(document(main, rest=rest), place(main, "-> |rest"), [other])
    assert [one.name for one in found] == ["main.call", "other.call", "other.call", "rest.call"]
    # What both call `main` is one step, for the file that both include.
    assert len(references(document(main, rest=rest), place(main, "step |main"), [other])) == 3


def test_highlights_tell_writes_from_reads() -> None:
    text = 'set a = 1\ntalk "{{ a }}"\nset a = {{ a + 1 }}\n'
    found = highlights(document(text), place(text, '"{{ |a'))
    assert words(text, [one.place for one in found]) == ["1:a", "2:a", "3:a", "3:a"]
    assert [one.writes for one in found] == [True, False, True, False]
    assert all(isinstance(one, Highlight) for one in found)


def test_links() -> None:
    text = 'include "rest.call"\ninclude <std/confirm.call>\ninclude "lost.call"\nstep main { -> rest }\n'

    def reader(path: str, including: str) -> tuple[str, str]:
        if path.startswith("<"):
            return read_library(path, including)
        if path == "rest.call":
            return f"/scripts/{path}", ""
        raise CannotRead(path)

    found = links(document(text), reader)
    assert [(text[one.place.start : one.place.end], one.file) for one in found] == [
        ("rest.call", "/scripts/rest.call"),
        ("std/confirm.call", "<std/confirm.call>"),
    ]
    assert [one.file for one in links(document(text))] == ["<std/confirm.call>"]


def test_workspace_symbols() -> None:
    both = [document(), document()]
    assert [(one.name, one.kind) for one in workspace_symbols(both, "CLO")] == [("closing", "step")]
    assert [(one.name, one.within) for one in workspace_symbols(both, "rdb")] == [("read_back", "account")]
    assert [one.name for one in workspace_symbols(both, "it says")] == ["it says hello"]
