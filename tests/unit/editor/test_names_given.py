"""Completion inside templates: the names that scripts use are offered where they use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nccodsl.analysis.modules import Reader
from nccodsl.editor.document import Document
from nccodsl.editor.index import index_of
from nccodsl.editor.services.completions import completion
from nccodsl.editor.text_parts import template_before
from nccodsl.errors import CannotRead
from nccodsl.std import read_library
from tests.bench.edited_script import large_script

ROOT = Path(__file__).parents[3]
SCRIPTS = sorted(
    [*ROOT.glob("examples/*/*.call"), *ROOT.glob("nccodsl/std/*.call"), *ROOT.glob("tests/cases/compile/*/script.call")]
)


def _beside(path: Path) -> Reader:
    def read(wanted: str, including: str) -> tuple[str, str]:
        if wanted.startswith("<"):
            return read_library(wanted, including)
        found = path.parent / wanted
        if not found.is_file():
            raise CannotRead(f"{wanted} does not exist", missing=True)
        return str(found), found.read_text(encoding="utf-8")

    return read


def _missing(path: Path) -> tuple[int, list[str]]:
    """How many names templates of a script use, and which of them are not offered there."""
    document = Document(str(path), path.read_text(encoding="utf-8"), _beside(path))
    asked, missing = 0, []
    for use in index_of(document).uses:
        at = use.place.start
        mine = use.kind in ("binding", "loop", "param", "let") and use.place.name == document.name
        if mine and not use.is_definition and template_before(document.text, 0, at) is not None:
            asked += 1
            if use.name not in {one.label for one in completion(document, at).items}:
                missing.append(f"{document.lines.position(at)} {use.name}")
    return asked, missing


@pytest.mark.parametrize("part", range(4))
def test_names_that_scripts_use_are_offered_there(part: int) -> None:
    found = {path.relative_to(ROOT).as_posix(): _missing(path) for path in SCRIPTS[part::4]}
    assert {path: missing for path, (_, missing) in found.items() if missing} == {}
    assert sum(asked for asked, _ in found.values()) > 20


def _offered(marked: str) -> set[str]:
    document = Document("a.call", marked.replace("|", "", 1))
    return {one.label for one in completion(document, marked.index("|")).items if one.detail != "call"}


def test_names_without_a_value_are_not_offered() -> None:
    head = (
        'step main {\n  input dtmf as key { on "1" -> one  otherwise -> two }\n}\nstep one { set said = "x" -> two }\n'
    )
    assert _offered(f'{head}step two {{ talk "{{{{ | }}}}" }}\n') == {"key"}
    assert _offered(f'{head.replace("-> two }", "-> one }", 1)}step two {{ talk "{{{{ | }}}}" }}\n') == {"key", "said"}
    # In a step that no path leads to, all are offered, and an event may come at any time.
    assert _offered(f'{head}step never {{ talk "{{{{ |" }}\n') == {"key", "said"}
    assert _offered(f'{head}step two {{ hangup }}\non ended {{ send POST "{{{{ |" }}\n') == {"key", "said"}


def test_what_completion_looks_at_does_not_change_what_is_found() -> None:
    text = large_script(6)
    document = Document("a.call", text)
    assert document.findings == []
    for word in ("as choice0", "as choice3", "{ talk", "-> bye", "{{ name }}.", "-> s2"):
        at = document.text.index(word)
        document.edit(at, at + len(word), "{{ choice1 }}" if word.startswith("{{") else "")
        completion(document, document.text.index("{{ name }}") + 3)
        found = [(one.code, one.message) for one in document.findings]
        assert sorted(found) == sorted((one.code, one.message) for one in Document("a.call", document.text).findings)
        document.edit(at, at + (len("{{ choice1 }}") if word.startswith("{{") else 0), word)
        assert document.findings == []
