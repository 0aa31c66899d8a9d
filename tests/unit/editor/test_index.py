"""The table of names: what each name stands for, and where."""

from __future__ import annotations

import pytest

from nccodsl.editor.document import Document
from nccodsl.editor.index import index_of
from nccodsl.editor.symbols_used import Symbol, SymbolUse
from tests.every_script import EVERY
from tests.unit.editor.scripts import SCRIPT, document, place


def _at(wanted: str, text: str = SCRIPT) -> SymbolUse:
    use = index_of(document(text)).at(place(text, wanted))
    assert use is not None
    return use


@pytest.mark.parametrize(
    ("wanted", "kind", "owner"),
    [
        ("Hello {{ |guest", "param", ""),
        ("{{ prompt }}, {{ |guest", "param", ""),
        ('account(|prompt="{{', "param", "account"),
        ('account(prompt="{{ |guest', "param", ""),
        ("visits > |tries", "param", "account"),
        ("{{ |visits", "builtin", ""),
        ("done(|number={{", "member", "account()"),
        ("{{ |typed.digits", "binding", "account"),
        ("typed.|digits", "member", "account:typed"),
        ("on |done {", "outcome", "account"),
        ("-> |closing }\n      on", "step", ""),
        ("{ -> |lost }", "outcome", "account"),
        ("-> |read_back", "step", "account"),
        ("{{ |greeting }}", "let", ""),
        ("{{ |office.open", "hours", ""),
        ("|spell", "filter", ""),
        ("{{ |caller", "builtin", ""),
        ("talk \"{{ |agent }}", "loop", "for"),
        ("set |typed", "binding", ""),
        ("{{ |typed }}", "binding", ""),
        ("found.|number", "member", "account()"),
        ("{{ |token }}", "secret", ""),
        ("customer.|name", "member", ":customer"),
        ("{{ |step }}", "builtin", ""),
        ('with |guest="Ann"', "param", ""),
        ("of |account", "dialog", ""),
        ('of account(|prompt="Which?"', "param", "account"),
        ("ends |lost", "outcome", "account"),
        ("confirm(|question=", "param", "confirm"),
        ("<|std/confirm.call", "include", ""),
        ("|headers=", "option", ""),
        ("{|A: ", "key", ""),
        ("|hangup", "keyword", ""),
        ("\"|it says hello", "test", ""),
    ],
)  # fmt: skip
def test_kinds_and_owners(wanted: str, kind: str, owner: str) -> None:
    use = _at(wanted)
    assert (use.kind, use.owner.partition(" ")[0]) == (kind, owner)
    name = wanted.partition("|")[2] if wanted.count("|") == 1 else wanted.rpartition("|")[2]
    assert name.startswith(use.name)


def test_places_behind_escapes_are_right() -> None:
    use = _at("\\u0041 {{ |found.number")
    assert SCRIPT[use.place.start : use.place.end] == "found"


def test_a_loop_hides_a_name_and_gives_it_back() -> None:
    text = 'param n: text\nstep main {\n  for n in [1] { talk "{{ n }}" }\n  talk "after {{ n }}"\n}\n'
    assert _at('{ talk "{{ |n', text).kind == "loop"
    assert _at("after {{ |n", text).kind == "param"


def test_dialogs_take_declarations_of_the_script_but_not_what_its_call_brings() -> None:
    text = 'param p: text\nset b = 1\ndialog d() -> done { talk "{{ p }} {{ b }}" -> done }\nask d()\n'
    assert _at("{{ |p }}", text).kind == "param"
    assert _at("{{ |b }}", text).kind == "unknown"


def test_language_is_a_name_of_the_script_only_where_it_has_one_language() -> None:
    text = 'step main { set language = "es-ES" talk "{{ language }}" }\n'
    assert _at("{{ |language", text).kind == "binding"
    assert _at("{{ |language", "languages en-GB, es-ES\n" + text).kind == "builtin"


def test_undeclared_names_come_from_outside_or_are_unknown() -> None:
    text = 'talk "{{ who }}"\n'
    assert _at("{{ |who", text).kind == "outside"
    assert _at("{{ |who", "param other: text\n" + text).kind == "unknown"


def test_keywords_in_strings_and_comments_are_none() -> None:
    text = 'step main {\n  # talk to step\n  talk "step talk {{ a }} if"\n}\n'
    found = [use.name for use in index_of(document(text)).uses if use.kind == "keyword"]
    assert found == ["step", "talk"]


def test_included_names_have_the_places_of_their_files() -> None:
    text = 'include "rest.call"\nstep main { -> rest }\n'
    rest = 'step rest { talk "hi" }\n'
    index = index_of(document(text, rest=rest))
    uses = sorted(index.uses_of(Symbol("target", "", "rest")), key=lambda use: use.place)
    assert [(use.place.name, use.is_definition) for use in uses] == [("main.call", False), ("rest.call", True)]
    assert rest[uses[1].place.start : uses[1].place.end] == "rest"
    assert index.at(uses[1].place.start, "rest.call") == uses[1]


_SOME = ("examples/", "nccodsl/std", "tests/cases/errors/habits/l")


@pytest.mark.parametrize("names", [_SOME, pytest.param(("",), marks=pytest.mark.slow)], ids=["some", "all"])
def test_scripts_of_the_repository_have_their_names_where_they_stand(names: tuple[str, ...]) -> None:
    count = 0
    for name, text in EVERY.items():
        if not name.startswith(names):
            continue
        end = 0
        for use in index_of(Document(name, text)).uses:
            written = text[use.place.start : use.place.end]
            assert written == use.name or use.kind in ("test", "include"), (name, use)
            assert use.place.start >= end, (name, use)
            end = use.place.end
            count += 1
    assert count > 1_500


def test_parts_of_items_that_stay_are_kept() -> None:
    one = document()
    before = index_of(one)
    assert index_of(one) is before
    one.edit(0, 0, "# a comment\n")
    after = index_of(one)
    assert after is not before
    assert [use.name for use in after.uses] == [use.name for use in before.uses]
    assert after.uses[0].place.start == before.uses[0].place.start + len("# a comment\n")


def test_the_tests_of_the_library_are_not_those_of_the_script() -> None:
    index = index_of(document())
    assert {part.file for part in index.parts} == {"main.call", "<std/confirm.call>"}
    assert all(use.kind != "test" for part in index.parts[len(index.own) :] for use in part.names.uses)
    assert [use.place.name for use in index.uses_of(Symbol("dialog", "", "confirm"))].count("<std/confirm.call>") == 1
