"""What a document says after an edit is what a check of the whole text says."""

from __future__ import annotations

from random import Random

import pytest

from nccodsl.analysis.modules import Reader
from nccodsl.base.source import Span
from nccodsl.editor.document import Document
from nccodsl.errors import CannotRead
from tests.property.edited_documents import NAME, check_edits, told, whole
from tests.property.edits import edit_of
from tests.sizes import FULL, examples

_SEEDS = 200 if FULL else 12
_SHARES = 4 if FULL else 2


@pytest.mark.sampled
@pytest.mark.parametrize("part", range(_SHARES))
def test_edits(part: int) -> None:
    """Ten edits of each document; `python -m tests.proofs edits` tries 100,000."""
    seeds = range(part, _SEEDS, _SHARES)
    assert sum(check_edits(seed).right for seed in seeds) > 2 * len(seeds)


def test_edits_of_a_script_with_an_include() -> None:
    def reader(wanted: str, including: str) -> tuple[str, str]:
        return wanted, 'param shop: text\nstep rest { talk "{{ shop }} {{ nobody }}" }\n'

    text = 'include "rest.call"\nstep main {\n  talk "Hello {{ shop }}"\n  -> rest\n}\n'
    document = Document("main.call", text, reader)
    for at, new in ((text.index("Hello"), "x"), (text.index("-> rest") + 3, "x"), (text.index("-> rest") + 4, "")):
        document.edit(at, at + 1, new)
        for _ in range(2):
            assert told(document.findings) == told(whole(document.text, reader).collector.sorted())
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
        assert told(document.findings) == told(whole(document.text).collector.sorted())
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


def test_what_is_secret_in_one_declaration_is_so_in_all() -> None:
    text = 'param pin: text private = "1234567"\nstep main {\n  talk "{{ pin }}" level=1234567\n}\n'
    document = Document("main.call", text)
    assert told(document.findings) == told(whole(text).collector.sorted())
    (found,) = document.findings
    assert "1234567" not in found.message
    assert found.file is not None
    assert "1234567" not in found.file.shown_text.partition("\n")[0]
    before = [chunk.file.hidden for chunk in document._chunked.chunks]
    document.forget()
    assert document.findings
    assert [chunk.file.hidden for chunk in document._chunked.chunks] == before, "what is hidden is hidden once"


def test_what_is_wrong_with_translations_is_in_their_file() -> None:
    def reader(wanted: str, including: str) -> tuple[str, str]:
        if wanted != "locale/es-ES.po":
            raise CannotRead("there is no such file", missing=True)
        return wanted, "# \nnonsense\n"

    text = 'languages en-GB, es-ES\nstep main {\n  talk "Hello"\n}\n'
    document = Document("main.call", text, reader)
    for _ in range(2):
        found = told(document.findings)
        assert found == told(whole(text, reader).collector.sorted())
        assert (("locale/es-ES.po", 3, 11), "E329") in [one[:2] for one in found]
        document.edit(text.index("Hello"), text.index("Hello"), "")


def _held(document: Document, reader: Reader | None = None) -> None:
    assert told(document.findings) == told(whole(document.text, reader).collector.sorted())


def test_a_long_text_in_which_lines_look_like_declarations() -> None:
    said = "".join(f"step {word} {{\n" for word in ("one", "two", "three", "four", "five", "six"))
    document = Document(NAME, f'step main {{\n  talk """\n{said}"""\n  hangup\n}}\nstep rest {{ hangup }}\n')
    _held(document)
    at = document.text.index("three")
    for start, end, text in ((at, at + 1, "x"), (at, at, '"""'), (at, at + 3, "")):
        document.edit(start, end, text)
        if text != '"""':
            _held(document)


def test_what_is_wrong_with_an_included_file_is_said_after_each_edit() -> None:
    def reader(wanted: str, including: str) -> tuple[str, str]:
        return wanted, 'step rest { notify {a: 1, a: 2} event_url="https://example.com/" }\n'

    document = Document(NAME, 'include "rest.call"\nstep main { -> rest }\n', reader)
    for text in " \n":
        assert [one.code for one in document.findings] == ["E113"]
        _held(document, reader)
        document.edit(len(document.text), len(document.text), text)


def test_a_fix_renames_in_the_whole_text() -> None:
    document = Document(
        NAME, 'let Shop-Name = "Bikes"\nstep main { talk "{{ Shop-Name }}" }\nlet other = {{ Shop-Name }}\n'
    )
    _held(document)
    wrong = next(one for one in document.findings if one.code == "E107")
    assert wrong.fix is not None
    assert len(wrong.fix.edits) == len(told([wrong])) * 3
