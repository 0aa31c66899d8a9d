"""What a document says after an edit is what a check of the whole text says."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from nccodsl.analysis.advice import report_advice
from nccodsl.analysis.analyse import Checked, analyse
from nccodsl.analysis.modules import Reader
from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.editor.document import Document
from tests.every_script import EVERY
from tests.property.edits import edit_of
from tests.sizes import examples


def _whole(text: str, reader: Reader | None = None) -> Checked:
    sources = Sources()
    checked = analyse(sources, sources.add("main.call", text), reader, "v2")
    report_advice(checked)
    return checked


def _told(found: list[Diagnostic]) -> list[tuple[object, ...]]:
    """All of each finding, with the places in their files."""

    def place(file: SourceFile | None, span: Span | None) -> tuple[str, int, int]:
        assert file is not None
        assert span is not None
        return file.name, span.start - file.base, span.end - file.base

    told = []
    for one in found:
        labels = tuple((place(label.file, label.span), label.text) for label in one.labels)
        edits = tuple((place(one.file, edit.span)[1:], edit.text) for edit in one.fix.edits) if one.fix else ()
        fix = (one.fix.title, one.fix.safe, edits) if one.fix else None
        told.append((place(one.file, one.span), one.code, one.message, str(one.help), labels, str(fix)))
    return sorted(told, key=lambda one: one[:3])


@cache
def _right() -> list[str]:
    """Scripts of the repository without syntax errors that are long enough to have parts."""
    return [text for _, text in sorted(EVERY.items()) if len(text) > 300 and _whole(text).trees["main.call"].complete]


def _edited(seed: int) -> int:
    """Edit a text again and again; how many of its states had no syntax errors."""
    random = Random(seed)
    texts = _right()
    document = Document("main.call", "\n".join(random.choice(texts) for _ in range(random.choice((1, 1, 2, 3)))))
    right = 0
    start, new, old = 0, "", ""
    for number in range(10):
        if number and random.random() < 0.45:
            # Back to what it was: texts with mistakes do not come right by chance.
            start, end, text = start, start + len(new), old
        else:
            start, end, text = edit_of(document.text, random)
        old, new = document.text[start:end], text
        document.edit(start, end, text)
        checked = _whole(document.text)
        told = _told(document.findings)
        if checked.trees["main.call"].complete:
            right += 1
            assert told == _told(checked.collector.sorted()), f"seed {seed}, edit {number}"
            assert number or not document.settle()
        else:
            # Where a mistake ends is another question to a part of the text.
            assert any(one.is_error for one in document.findings), f"seed {seed}, edit {number}"
            document.settle()
            assert _told(document.findings) == _told(checked.collector.sorted())
    return right


def test_edits() -> None:
    assert sum(_edited(seed) for seed in range(examples(60))) > examples(60)


def test_edits_of_a_script_with_an_include() -> None:
    def reader(wanted: str, including: str) -> tuple[str, str]:
        return wanted, 'param shop: text\nstep rest { talk "{{ shop }} {{ nobody }}" }\n'

    text = 'include "rest.call"\nstep main {\n  talk "Hello {{ shop }}"\n  -> rest\n}\n'
    document = Document("main.call", text, reader)
    for at, new in ((text.index("Hello"), "x"), (text.index("-> rest") + 3, "x"), (text.index("-> rest") + 4, "")):
        document.edit(at, at + 1, new)
        for _ in range(2):
            assert _told(document.findings) == _told(_whole(document.text, reader).collector.sorted())
            places = [document.place_of(one.span) for one in document.findings if one.span is not None]
            assert "rest.call" in {place.name for place in places}
            assert all(place.end < 200 for place in places)
            assert not document.settle()


def _menus(count: int) -> str:
    step = (
        'step s{0} {{\n  talk "{{{{ greeting }}}} Menu {0}."\n  input dtmf as choice{0} {{\n'
        '    on "1" -> s{1}\n    otherwise {{ talk "You pressed {{{{ choice{0}.digits }}}}." -> s{1} }}\n  }}\n}}\n'
    )
    steps = "".join(step.format(number, number + 1) for number in range(count))
    return f'let greeting = "Hello"\nstep main {{ -> s0 }}\n{steps}step s{count} {{ talk "Goodbye." }}\n'


@pytest.mark.parametrize("count", [20, 200])
def test_a_keystroke_costs_the_step_that_it_is_in(count: int) -> None:
    """However long the script is: the step, and for the judge the one that jumps to it."""
    text = _menus(count)
    document = Document("main.call", text)
    assert document.findings == []
    at = text.index("Menu 7.")
    for char in "abc":
        parsed = document.parsed
        document.edit(at, at, char)
        assert document.findings == []
        assert document.parsed - parsed <= 4
        assert document.memory.work[0] <= 1
        assert document.memory.work[1] <= 2


_PARTS = """
dialog sure(question: text = "Is that right?") -> yes, no(why: text) {
  for word in ["Please", "now"] { talk "{{ word }}" input dtmf as key max_digits=1 }
  talk "{{ question }}"
  input dtmf { on "1" -> yes  otherwise -> no(why="pressed") }
}
step last {
  for word in ["One", "two"] { talk "{{ word }}" input dtmf as typed max_digits=1 }
  ask sure() as answer { on no { talk "{{ answer.why }}" } on yes { talk "Fine." } }
  hangup
}
test "all" { press "1" }
test "of a dialog" of sure() { press "1" press "1" press "1" ends yes }
"""


@pytest.mark.parametrize(
    ("place", "works"),
    [
        ('"Fine', 1),  # in a step that asks, and loops
        ('"{{ question }}"', 1),  # in a dialog
        ("key max", 1),
        ("choice7 {", 1),  # the name of an answer, which another step may read
        ('"all', 1),
        ('"of a dialog', 1),
        ("Is that", 3),  # who asks a dialog reads its params: the dialog, the step and the test
    ],
)
def test_loops_dialogs_and_tests_are_kept_too(place: str, works: int) -> None:
    text = _menus(20).replace('talk "Goodbye."', "-> last") + _PARTS
    document = Document("main.call", text)
    assert document.findings == []
    at = text.index(place) + 1
    for char in "abc":
        document.edit(at, at, char)
        assert _told(document.findings) == _told(_whole(document.text).collector.sorted())
        assert 1 <= document.memory.work[0] <= works


def test_a_declaration_costs_what_reads_it() -> None:
    text = _menus(20)
    document = Document("main.call", text)
    assert document.findings == []
    at = text.index("Hello")
    document.edit(at, at, "x")
    assert document.findings == []
    assert document.memory.work == [0, 0]


def test_names_of_steps_that_are_gone_are_not_kept() -> None:
    text = _menus(3)
    document = Document("main.call", text)
    at = text.index("s1 {") + 2
    for _ in range(30):
        document.edit(at, at, "x")
        assert document.findings
    assert len(document.memory._now.analyzed) == len(document.checked.program.steps)


def test_text_and_places_stay_together() -> None:
    random = Random(7)
    document = Document("main.call", _menus(5))
    for _ in range(examples(60)):
        document.edit(*edit_of(document.text, random))
        assert document.text == "".join(chunk.file.text for chunk in document._chunked.chunks)
        for offset in range(0, len(document.text), 17):
            at = document.position_of(offset)
            assert document.place_of(Span(at, at)).start == offset
