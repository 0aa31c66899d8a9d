"""The services for editors: their tables are whole, and they answer about any text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from nccodsl.analysis.types import CONVERTERS
from nccodsl.editor.cursor_place import cursor_place
from nccodsl.editor.document import Document
from nccodsl.editor.keyword_texts import ACTION_SNIPPETS, KEYWORD_TEXTS, OWN_OPTIONS, TYPE_TEXTS
from nccodsl.editor.ncco_document import NccoDocument
from nccodsl.editor.option_owners import Owner, options_of
from nccodsl.editor.services.code_actions import code_actions
from nccodsl.editor.services.completions import completion
from nccodsl.editor.services.diagnostics import diagnostics
from nccodsl.editor.services.folds import folding
from nccodsl.editor.services.format_edits import formatting, range_formatting
from nccodsl.editor.services.format_on_type import typed_formatting
from nccodsl.editor.services.hover import hover
from nccodsl.editor.services.inlays import DEFAULT_INLAYS, inlays
from nccodsl.editor.services.script_of_document import script_of_document
from nccodsl.editor.services.signature import signature
from nccodsl.editor.services.symbols import symbols
from nccodsl.editor.text_edits import TextEdit, edits_between
from nccodsl.syntax.formatter import format_text
from nccodsl.syntax.keywords import RESERVED, WITHDRAWN
from nccodsl.voice.catalogue import catalogue

ROOT = Path(__file__).parents[3]
SCRIPTS = sorted([*ROOT.glob("examples/*/*.call"), *ROOT.glob("nccodsl/std/*.call")])


def applied(text: str, edits: list[TextEdit] | tuple[TextEdit, ...]) -> str:
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def test_every_word_of_the_grammar_is_explained() -> None:
    actions = {*catalogue().actions, "raw"}
    assert {word for word in RESERVED if word not in KEYWORD_TEXTS and word not in actions} == set()
    assert KEYWORD_TEXTS.keys() <= RESERVED.keys()
    assert ACTION_SNIPPETS.keys() == actions - WITHDRAWN - {"transfer", "pay"}
    assert TYPE_TEXTS.keys() == CONVERTERS.keys()


def test_options_are_those_of_the_catalogue() -> None:
    for name, spec in catalogue().actions.items():
        if name not in ("connect", "input"):
            assert set(options_of(Owner(name))) <= set(spec.names), name
    assert "dtmf_answer" in options_of(Owner("connect", "phone"))
    assert "dtmf_answer" not in options_of(Owner("connect", "sip"))
    assert list(options_of(Owner("fetch"))) == list(OWN_OPTIONS["fetch"])
    assert options_of(Owner("nothing")) == {}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_formatting_by_parts_is_formatting(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("\n\n", "\n\n\n").replace("  ", "   ", 9)
    assert applied(text, formatting(Document("a.call", text))) == format_text(text).text


def test_a_range_is_formatted_alone() -> None:
    text = 'step main {\n talk "a"\n}\n\nstep other {\n talk "b"\n}\n'
    document = Document("a.call", text)
    assert applied(text, range_formatting(document, 0, 3)) == text.replace(' talk "a"', '  talk "a"')
    assert len(formatting(document)) == 2
    broken = Document("a.call", text + "step {\n")
    assert formatting(broken) == []
    crlf = text.replace("\n", "\r\n")
    assert applied(crlf, formatting(Document("a.call", crlf))) == format_text(crlf).text


def test_edits_are_few_and_whole() -> None:
    chance = random.Random(1)
    for _ in range(200):
        old = "".join(chance.choice("ab\n") for _ in range(40))
        new = "".join(chance.choice("ab\n") for _ in range(40))
        assert applied(f"xx{old}", edits_between(old, new, 2)) == f"xx{new}"
    many = "a\n" * 3000
    assert len(edits_between(many, "b\n" * 3000)) == 1
    assert edits_between(many, many) == []


@pytest.mark.parametrize("seed", range(12))
def test_services_answer_about_any_text(seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(SCRIPTS).read_text(encoding="utf-8")[:3000]
    at = chance.randrange(len(text))
    text = (
        text[:at]
        + chance.choice(("{", '"', "{{", '"""', "\n", " = ", "\u2028", "x ", "-> ", "\r", "\ud800"))
        + text[at:]
    )
    document = Document("a.call", text)
    whole = (0, len(text))
    assert symbols(document) is not None
    folding(document)
    formatting(document)
    inlays(document, *whole, dict.fromkeys(DEFAULT_INLAYS, True))
    diagnostics(document)
    for offset in (at, at + 1, *(chance.randrange(len(text) + 1) for _ in range(8))):
        found = completion(document, offset)
        assert found.start <= offset <= found.end
        hover(document, offset)
        signature(document, offset)
    for action in code_actions(document, *whole):
        assert applied(text, action.edits) != text
        if action.title.startswith("Ignore"):
            again = Document("a.call", applied(text, action.edits)).findings
            assert sum(one.code == action.code for one in again) < sum(
                one.code == action.code for one in document.findings
            )


@pytest.mark.parametrize(
    "text",
    [
        "step main {\n  -> other\n}\n",
        "step main {\r\n  -> other\r\n}\r\nstep third { -> main }",
        'step main { ask d() { otherwise { hangup } } }\ndialog d() -> yes {\n  talk "a"\n  -> other\n  # end\n}\n',
        'step main { ask d() { otherwise { hangup } } }\ndialog d() -> yes { talk "a" -> other }\n',
        "step main { hangup }\non machine { -> other }",
    ],
)
def test_a_missing_step_is_created(text: str) -> None:
    document = Document("a.call", text)
    at = text.index("-> other") + 3
    (create,) = [one for one in code_actions(document, at, at) if one.title == "Create the step `other`"]
    after = Document("a.call", applied(text, create.edits))
    assert [one.code for one in after.findings if one.is_error and one.code not in ("E501", "E502")] == []
    document.edit(at + 5, at + 5, "2")
    (offered,) = [one for one in completion(document, at + 6).items if one.also]
    assert offered.label == "other2"


def test_a_place_costs_what_its_declaration_costs() -> None:
    """Only the text from the declaration on is parsed."""
    step = 'step s {{\n  talk "Hello"\n}}\n'.replace("{{", "{").replace("}}", "}")
    text = step * 3000 + "step last {\n  talk "
    place = cursor_place(text, len(text))
    assert [part.text for part in place.line] == ["talk"]
    assert [part.text for part in place.around[0]] == ["step", "last", "{"]


def test_json_becomes_a_script() -> None:
    document = NccoDocument("a.ncco.json", '[{"action": "talk", "text": "Hello"}]')
    assert script_of_document(document) == 'talk "Hello"\n'
    document.edit(2, 8, '"axtion"'[:-1])
    assert script_of_document(document) is None
    assert diagnostics(document)


@pytest.mark.parametrize(
    ("text", "typed", "becomes"),
    [
        ('step a {\n talk "x"\n}^\n\nstep b { foo\n', "}", 'step a {\n  talk "x"\n}\n\nstep b { foo\n'),
        ('step a {\n if {{ a }} { talk  "x" }^\n', "}", None),  # the step is still open
        ("step a {\n^\n}\n", "\n", "step a {\n  \n}\n"),
        ("step a {\n  input dtmf\n      ^\n}\n", "\n", None),  # deeper: options may follow
        ("step a {\n  if {{ x }} {\n^}\n}\n", "\n", "step a {\n  if {{ x }} {\n  }\n}\n"),
        ('step a {\n  talk """\nx\n^\n"""\n}\n', "\n", None),  # a text keeps its spaces
        ('step a {\r\n talk "x"\r\n}^', "}", None),
        ('talk "a" ^', " ", None),
    ],
)
def test_formatting_while_typing(text: str, typed: str, becomes: str | None) -> None:
    at, text = text.index("^"), text.replace("^", "")
    edits = typed_formatting(Document("main.call", text), at, typed)
    assert applied(text, edits) == (becomes or text)
