"""Selection ranges, linked names, lenses, and signature help."""

from __future__ import annotations

from itertools import pairwise

import pytest

from nccodsl.editor.services.lenses import (
    DEBUG_TEST,
    OPEN_PHONE,
    REFERENCES,
    RUN_TEST,
    RUNNABLE,
    SHOW_GRAPH,
    SHOW_REFERENCES,
    LensResult,
    lenses,
    shown_seconds,
)
from nccodsl.editor.services.linked import linked_ranges
from nccodsl.editor.services.selection import selection_ranges
from nccodsl.editor.services.signature import signature
from tests.unit.editor.scripts import SCRIPT, document, place, words

# ---- selection


def test_a_selection_grows_by_the_tree() -> None:
    text = 'step main {\n  talk "Hi {{ who }}" loop=2\n  hangup\n}\n'
    found = [text[start:end] for start, end in selection_ranges(document(text), place(text, "{{ w|ho"))]
    assert found == [
        "who",
        "Hi {{ who }}",
        '"Hi {{ who }}"',
        'talk "Hi {{ who }}" loop=2',
        'talk "Hi {{ who }}" loop=2\n  hangup',
        '\n  talk "Hi {{ who }}" loop=2\n  hangup\n',
        '{\n  talk "Hi {{ who }}" loop=2\n  hangup\n}',
        text[:-1],
        text,
    ]


def test_each_range_holds_the_one_before_it_and_the_cursor() -> None:
    one = document()
    for offset in range(len(SCRIPT) + 1):
        found = selection_ranges(one, offset)
        assert all(start <= offset <= end for start, end in found)
        for (start, end), (outer, further) in pairwise(found):
            assert outer <= start
            assert end <= further
            assert (start, end) != (outer, further)
        assert found[-1] == (0, len(SCRIPT))


# ---- linked names


def test_a_step_is_typed_everywhere_at_once() -> None:
    for wanted in ("step |menu", "-> |menu\n}", "on lost -> men|u"):
        found = linked_ranges(document(), place(SCRIPT, wanted))
        assert words(SCRIPT, list(found)) == ["20:menu", "22:menu", "26:menu"]


@pytest.mark.parametrize("wanted", ["param |guest", "ask |confirm", "ends |lost"])
def test_other_names_are_typed_alone(wanted: str) -> None:
    assert linked_ranges(document(), place(SCRIPT, wanted)) == ()


def test_a_step_of_another_file_is_not_linked() -> None:
    text = 'include "rest.call"\nstep main { -> rest }\n'
    assert linked_ranges(document(text, rest='step rest { talk "x" }\n'), place(text, "-> |rest")) == ()
    assert linked_ranges(document(text), place(text, "-> |rest")) == ()


# ---- lenses


def test_lenses() -> None:
    found = lenses(document())
    assert [(one.name, one.title, one.command) for one in found] == [
        ("account", "2 references", REFERENCES),
        ("read_back", "1 reference", REFERENCES),
        ("main", "0 references", REFERENCES),
        ("menu", "2 references", REFERENCES),
        ("closing", "3 references", REFERENCES),
        ("it says hello", "Run", RUN_TEST),
        ("an account", "Run", RUN_TEST),
    ]
    assert found[3].place.start == place(SCRIPT, "step |menu")
    assert words(SCRIPT, list(found[3].uses)) == ["20:menu", "26:menu"]
    at = place(SCRIPT, "step closing |{")
    assert lenses(document(), within=(at, at)) == (found[4],)


def test_lenses_that_a_client_runs() -> None:
    commands = {*RUNNABLE, DEBUG_TEST, OPEN_PHONE, SHOW_GRAPH, SHOW_REFERENCES}
    results = {
        "it says hello": LensResult(0.0214, ""),
        "an account": LensResult(2.0, "expected to hear “a long text that does not fit into a line”, but it ended"),
    }
    found = lenses(document(), commands, results)
    assert [(one.title, one.command) for one in found if one.name in ("menu", "account")] == [
        ("2 references", SHOW_REFERENCES),
        ("2 references", SHOW_REFERENCES),
        ("Call from here", OPEN_PHONE),
        ("Graph", SHOW_GRAPH),
    ]
    assert [(one.title, one.command, one.is_result) for one in found if one.kind == "test"] == [
        ("✓ 0.02 s", RUN_TEST, True),
        ("Run", RUN_TEST, False),
        ("Debug", DEBUG_TEST, False),
        ("Open in phone", OPEN_PHONE, False),
        ("✗ expected to hear “a long text that does not fit into a…", RUN_TEST, True),
        ("Run", RUN_TEST, False),
        ("Debug", DEBUG_TEST, False),
        ("Open in phone", OPEN_PHONE, False),
    ]


def test_how_long_a_test_took() -> None:
    assert [shown_seconds(one) for one in (0.0021, 0.0099, 0.01, 1.234)] == ["2 ms", "10 ms", "0.01 s", "1.23 s"]


# ---- signature help


def _signature(marked: str) -> tuple[str, str | None] | None:
    """How the signature begins, and the active option, where `|` stands."""
    found = signature(document(marked.replace("|", "", 1)), marked.index("|"))
    if found is None:
        return None
    assert all(one.label in found.label for one in found.options)
    active = found.options[found.active].name if found.active is not None else None
    return found.label[: found.label.index(found.options[0].label)].strip(), active


@pytest.mark.parametrize(
    ("marked", "head", "active"),
    [
        ('talk "x" |', "talk", None),
        ('talk "x" lev|', "talk", "level"),
        ('talk "x" level=|', "talk", "level"),
        ('talk "x" level=1|', "talk", "level"),
        ('talk "x" level=1 |', "talk", None),
        ('step main {\n  talk "x"\n    loop=2 sty|', "talk", "style"),
        ("connect phone 14155550100 timeout=|", "connect phone", "timeout"),
        ('connect sip "sip:a@b.c" us|', "connect sip", "user_to_user"),
        ("call { to phone 14155550100 dtmf|", "to phone", "dtmf_answer"),
        ("call { event_url=|", "call", "event_url"),
        ("notify {a: 1} event_u|", "notify", "event_url"),
        ('input dtmf as x { on "1" { talk "x" st|', "talk", "style"),
        ('fetch "https://example.com/" tim|', "fetch", "timeout"),
        ("defaults talk st|", "defaults talk", "style"),
        ('test "t" { hear "x" lan|', "hear", "language"),
    ],
)
def test_signatures(marked: str, head: str, active: str | None) -> None:
    assert _signature(marked) == (head, active)


@pytest.mark.parametrize(
    "marked",
    [
        '# talk "x" |',
        'step main {\n  talk "x"\n  |\n}',
        "connect phone 1 {\n  on busy { hangup }\n}\n  |",
        "hangup |",
        "|",
    ],
)
def test_where_no_statement_goes_on_there_is_none(marked: str) -> None:
    assert _signature(marked) is None


def test_what_a_dialog_takes_and_returns() -> None:
    head = 'dialog d(a: text, b: integer = 2) -> done(n: text) {\n  talk "{{ a }}"\n  -> done(n="x")\n}\n'
    text = head + "ask d(b="
    found = signature(document(text), len(text))
    assert found is not None
    assert (found.label, found.active) == ("ask d a=text b=integer", 1)
    assert [one.required for one in found.options] == [True, False]
    text = "input dtmf max_"
    found = signature(document(text), len(text))
    assert found is not None
    assert "timeout=3s" in found.label
    found = signature(document(head), place(head, "done(|n="))
    assert found is not None
    assert found.label == "-> done n=text"
