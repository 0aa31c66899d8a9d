"""`choose`: which values are the same, what is evaluated, and that a call goes the same way."""

from __future__ import annotations

import datetime
import json

import pytest

import nccodsl
from nccodsl.describe.describe import describe
from nccodsl.graph.build import build
from nccodsl.rehearsal.coverage import Coverage
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable
from tests.unit.server.handle_drive import Caller


def taken(value: object, *whens: str, **others: object) -> int:
    """The number of the `when` that takes a value; the count of them where none does."""
    arms = " ".join(f'when {when} {{ talk "{number}" }}' for number, when in enumerate(whens))
    flow = nccodsl.load(f'choose {{{{ value }}}} {{ {arms} otherwise {{ talk "{len(whens)}" }} }}')
    return int(flow.ncco({"value": value, **others})[0]["text"])


@pytest.mark.parametrize(
    ("value", "when"),
    [
        ("gold", '"gold"'),
        (1, "1"),
        (1.0, "1"),
        (1, "1.0"),
        (1.5, "1.5"),
        ("1", "1"),
        (1, '"1"'),
        ("007", "007"),
        ("007", '"007"'),
        (14155550100, '"14155550100"'),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        ("", '""'),
        (datetime.date(2026, 12, 24), '"2026-12-24"'),
        (datetime.time(9, 30), '"09:30:00"'),
        (-3, "-3"),
    ],
)
def test_equal(value: object, when: str) -> None:
    assert taken(value, when) == 0


@pytest.mark.parametrize(
    ("value", "when"),
    [
        ("Gold", '"gold"'),
        (" gold", '"gold"'),
        (True, "1"),
        (1, "true"),
        ("true", "true"),
        (True, '"true"'),
        (None, '""'),
        (None, '"None"'),
        ("7", "007"),
        ("1.0", "1"),
        ([1], "1"),
        ({}, "null"),
        ([], "null"),
    ],
)
def test_not_equal(value: object, when: str) -> None:
    assert taken(value, when) == 1


def test_templates_are_values_and_lists_of_values() -> None:
    whens = ('"a"', "{{ more }}", '"{{ one }}-x"', '"b"')
    values = {"more": ["b", 3], "one": "u"}
    assert [taken(value, *whens, **values) for value in ("a", "b", "3", "u-x", "c")] == [0, 1, 1, 2, 4]


def test_the_subject_is_evaluated_once_and_templates_only_until_one_matches() -> None:
    script = (
        'choose {{ n // n }} { when {{ 1 // one }} { talk "a" } when {{ 1 // zero }} { talk "b" } when 1 { talk "c" } }'
    )
    flow = nccodsl.load(script)
    assert flow.ncco(n=3, one=1, zero=0)[0]["text"] == "a"
    with pytest.raises(nccodsl.RenderError) as caught:
        flow.ncco(n=3, one=2, zero=0)
    assert caught.value.diagnostics[0].column == script.index("1 // zero") + 1
    with pytest.raises(nccodsl.RenderError) as caught:
        flow.ncco(n=0, one=1, zero=0)
    assert caught.value.diagnostics[0].column == script.index("n // n") + 1


RUNNING = """
step main {
  talk "For sales, press 1, for support 2 or 3."
  input dtmf max_digits=1 as answer { otherwise { } }
  choose {{ answer.digits }} {
    when 1 -> sales
    when 2, 3 {
      talk "Support."
      choose {{ caller }} { when "14155550100" { talk "Hello, Ann." } }
    }
    otherwise { -> main }
  }
  talk "Behind."
}
step sales { talk "Sales." }
"""


def test_a_running_call_chooses() -> None:
    caller = Caller(RUNNING)
    caller.call()
    caller.press("7")
    assert caller.said == ["For sales, press 1, for support 2 or 3."]
    caller.press("3")
    assert caller.said == ["Support.", "Behind."]
    caller = Caller(RUNNING)
    caller.call()
    caller.press("1")
    assert caller.said == ["Sales."]


def test_branches_are_counted() -> None:
    tests = 'test "a" { press "1" hear "Sales" ended } test "b" { press "2" hear "Support" hear "Behind" ended }'
    flow = nccodsl.load(RUNNING + tests)
    script = Runnable(flow, URL)
    coverage = Coverage(flow)
    for one in flow.program.tests:
        outcome = run_test(flow, script, one)
        assert outcome.failure is None
        coverage.add(script, outcome.stage)
    choices = [point.label for point in coverage.points if point.kind == "choice"]
    assert choices == ["when 1", "when 2, 3", 'when "14155550100"', "otherwise: main"]
    missing = [point.label for point in coverage.missing]
    assert missing == ['when "14155550100"', "otherwise: main"]


def test_in_words_and_drawn() -> None:
    flow = nccodsl.load(RUNNING)
    words = describe(flow)
    assert "Chooses by {{ answer.digits }}:\n    on “1”" not in words
    assert "  Chooses by {{ answer.digits }}:\n    on 1: goes to sales\n    on 2 or 3:\n" in words
    graph = build(flow)
    node = next(node for node in graph.nodes if node.kind == "choose")
    assert node.text == "choose answer.digits"
    assert [edge.label for edge in graph.edges if edge.source == node.id] == ["1", "2, 3", "otherwise"]


def test_a_choice_by_value_is_one_ncco() -> None:
    flow = nccodsl.load('param tier: text\nchoose {{ tier }} { when "gold" { talk "a" } otherwise { talk "b" } }')
    assert flow.runtime_needs() == []
    assert json.loads(flow.render_json({"tier": "gold"})) == [{"action": "talk", "text": "a"}]
