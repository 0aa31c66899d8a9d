"""Steps as callers and callees."""

from __future__ import annotations

from nccodsl.editor.services.hierarchy import HierarchyEdge, HierarchyItem, hierarchy_at, incoming, outgoing
from tests.unit.editor.scripts import SCRIPT, document, place, words


def _item(wanted: str, text: str = SCRIPT) -> HierarchyItem:
    item = hierarchy_at(document(text), place(text, wanted))
    assert item is not None
    return item


def _told(edges: tuple[HierarchyEdge, ...]) -> list[tuple[str, str, tuple[str, ...], list[str]]]:
    return [(one.item.kind, one.item.name, one.branches, words(SCRIPT, list(one.jumps))) for one in edges]


def test_a_step() -> None:
    item = _item("step |menu")
    assert (item.name, item.kind, item.within) == ("menu", "step", "")
    assert SCRIPT[item.name_place.start : item.name_place.end] == "menu"
    assert SCRIPT[item.place.start : item.place.end].startswith("step menu {\n  input")
    assert SCRIPT[item.place.start : item.place.end].endswith("\n}")
    assert item == _item("  -> |menu\n}")


def test_who_comes_and_from_which_branch() -> None:
    assert _told(incoming(document(), _item("step |menu").symbol)) == [
        ("step", "main", ("",), ["20:menu"]),
        ("step", "menu", ("on lost",), ["26:menu"]),
    ]
    assert _told(incoming(document(), _item("dialog |account").symbol)) == [
        ("step", "menu", ('on "1"',), ["24:account"])
    ]


def test_where_it_goes() -> None:
    assert _told(outgoing(document(), _item("step |menu").symbol))[:3] == [
        ("dialog", "account", ('on "1"',), ["24:account"]),
        ("step", "closing", ("on done", "otherwise", "otherwise"), ["25:closing", "28:closing", "29:closing"]),
        ("step", "menu", ("on lost",), ["26:menu"]),
    ]
    assert outgoing(document(), _item("step |menu").symbol)[3].item.place.name == "<std/confirm.call>"


def test_a_dialog_with_its_steps() -> None:
    item = _item("step |read_back")
    assert (item.name, item.kind, item.within) == ("read_back", "step", "account")
    assert _told(incoming(document(), item.symbol)) == [("dialog", "account", ("otherwise",), ["10:read_back"])]
    assert outgoing(document(), item.symbol) == ()  # it ends the dialog


def test_handlers_conditions_and_loose_statements_are_callers() -> None:
    text = "call { on machine -> bye }\nif {{ a }} { -> bye }\nstep bye { hangup }\n"
    found = incoming(document(text), _item("step |bye", text).symbol)
    assert [(one.item.kind, one.item.name, one.branches) for one in found] == [
        ("handler", "on machine -> bye", ("",)),
        ("statement", "if {{ a }} { -> bye }", ("if {{ a }}",)),
    ]


def test_other_names_are_none() -> None:
    assert hierarchy_at(document(), place(SCRIPT, "param |guest")) is None
    assert hierarchy_at(document(), place(SCRIPT, "ends |lost")) is None
    assert hierarchy_at(document("-> nowhere\n"), 4) is None
