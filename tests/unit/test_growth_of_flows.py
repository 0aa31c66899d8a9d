"""Flows of ten times the size take at most eleven times the work: checked, described, tested, covered and explored."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

import nccodsl
from nccodsl.describe.describe import describe
from nccodsl.graph.build import build
from nccodsl.graph.mermaid import to_mermaid
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.coverage import Coverage, reached
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.runtime.runnable import Runnable
from tests.growth import grows_by

MOST = 11
URL = "https://flow.test/call"
ASK = "input dtmf max_digits=1"


def _jumps_to_a_long_step(n: int) -> str:
    jumps = "".join(f"if {{{{ a == {i} }}}} {{ -> long }}\n" for i in range(n))
    return f"step main {{\n{jumps}}}\nstep long {{\n" + 'talk "x"\n' * n + "}\n"


def _backward_jumps(n: int) -> str:
    steps = "".join(
        f'step s{i} {{ set x{i} = 1 {ASK} {{ on "1" -> s{i + 1} on "2" -> s{i * 7919 % n} otherwise -> s0 }} }}\n'
        for i in range(n)
    )
    return f'{steps}step s{n} {{ talk "{{{{ x1 | default(1) }}}}" }}\n'


def _a_chain_of_private_values(n: int) -> str:
    sets = "".join(f'set v{i} = "{{{{ v{i + 1} | default(1) }}}}"\n' for i in range(n))
    return f'param p: text private\nstep main {{\n{sets}set v{n} = "{{{{ p }}}}"\ntalk "{{{{ v0 }}}}" }}\n'


def _ifs_that_wait(n: int) -> str:
    ask = f'{ASK} {{ on "1" {{ talk "b" }} otherwise {{ talk "c" }} }}'
    ifs = "".join(f"if {{{{ a == {i} }}}} {{ {ask} }}\n" for i in range(n))
    return f'param a: integer = 1\nstep main {{\n{ifs}talk "z" }}\n'


def _a_long_elif(n: int) -> str:
    arms = "".join(f"elif {{{{ a == {i} }}}} {{ -> s{i} }}\n" for i in range(n))
    steps = "".join(f'step s{i} {{ talk "x" }}\n' for i in range(n))
    return f"param a: integer = 1\nstep main {{ if {{{{ a == -1 }}}} {{ -> s0 }}\n{arms}else {{ -> s0 }} }}\n{steps}"


def _a_dialog_in_many_places(n: int) -> str:
    texts = "".join(f'talk "Text {i} {{{{ who }}}}"\n' for i in range(18))
    dialog = f'dialog yes_no(who: text) -> yes, no {{\n{texts}{ASK} {{ on "1" -> yes otherwise -> no }} }}\n'
    asks = "".join(f'ask yes_no(who="{i}") as got{i} {{ otherwise {{ talk "b" }} }}\n' for i in range(n))
    return f"{dialog}step main {{\n{asks}}}\n"


def _a_wide_menu(n: int) -> str:
    branches = "".join(f'on "{i}" -> s{i}\n' for i in range(n))
    steps = "".join(f'step s{i} {{ talk "x{i}" }}\n' for i in range(n))
    return (
        f'step main {{ input dtmf max_digits=6 {{\n{branches}otherwise -> bye }} }}\n{steps}step bye {{ talk "y" }}\n'
    )


def _questions(n: int, more: str = "", binding: str = "") -> str:
    steps = "".join(
        f'step s{i} {{ talk "a" {ASK} {binding.format(i)} {{ on "1" -> s{i + 1} on "2" -> s{i + 1} {more} otherwise -> bye }} }}\n'
        for i in range(n)
    )
    return f'{steps}step s{n} {{ talk "end" }}\nstep bye {{ talk "bye" }}\n'


def _names(n: int) -> str:
    """Every answer has a name of its own, which nothing reads: two to the power of n states, if names count."""
    return _questions(n, binding="as x{}")


def _retries(n: int) -> str:
    return _questions(n, more='retry 3 "again"')


def _retries_with_texts(n: int) -> str:
    return _questions(n, more='retry "again", "and again", "once more"')


def _typed_answers(n: int) -> str:
    """The value of an answer is taken away by the next one: each step is walked twice to see which remains."""
    steps = "".join(
        f'step s{i} {{ input dtmf as x{i % 3}: integer(1..3) {{ on "7" -> s{i * 7919 % n} otherwise -> bye }} -> s{i + 1} }}\n'
        for i in range(n)
    )
    return f'{steps}step s{n} {{ talk "end" }}\nstep bye {{ talk "bye" }}\n'


@pytest.mark.parametrize(
    ("script", "size"),
    [
        (_jumps_to_a_long_step, 15),
        (_backward_jumps, 15),
        (_a_chain_of_private_values, 25),
        (_ifs_that_wait, 5),
        (_a_long_elif, 10),
        (_a_wide_menu, 10),
        (_a_dialog_in_many_places, 5),
        (_questions, 5),
        (_typed_answers, 10),
    ],
)
def test_checking(script: Callable[[int], str], size: int) -> None:
    def work(n: int) -> Callable[[], object]:
        text = script(n)
        return lambda: nccodsl.check(text)

    assert grows_by(work, size) <= MOST


FLOWS = (
    _ifs_that_wait,
    _a_long_elif,
    _a_wide_menu,
    _a_dialog_in_many_places,
    _questions,
    _names,
    _retries,
    _retries_with_texts,
    _typed_answers,
    _backward_jumps,
)
TOOLS: dict[str, Callable[[Compiled], object]] = {
    "describe": describe,
    "graph": lambda flow: to_mermaid(build(flow)),
    "prepare": lambda flow: Runnable(flow, URL),
    "coverage": Coverage,
    "explore": lambda flow: explore(flow, Runnable(flow, URL), 10**6),
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("script", FLOWS)
def test_tools(script: Callable[[int], str], tool: str) -> None:
    def work(n: int) -> Callable[[], object]:
        flow = nccodsl.load(script(n))
        return lambda: TOOLS[tool](flow)

    assert grows_by(work, 5) <= MOST


def test_describing_what_is_nested() -> None:
    """Each branch within a branch was told twice, so 25 of them 33 million times."""

    def work(depth: int) -> Callable[[], object]:
        branches = f'{ASK} {{ on "1" {{ talk "a" ' * depth + "} otherwise { hangup } } " * depth
        flow = nccodsl.load(f"step main {{ {branches} }}")
        return lambda: describe(flow)

    assert grows_by(work, 2) <= 2 * MOST  # each level indents those below it


MENU = f'step main {{ FIRST talk "hi" {ASK} {{ on "1" -> main otherwise -> bye }} }}\nstep bye {{ talk "bye" }}\n'


@pytest.mark.parametrize(
    ("first", "round", "size"),
    [
        ("", 'hear "hi" press "1"', 20),
        ('notify {a: 1} event_url="https://example.com/"', 'notified {a: 1} press "1"', 5),
        (
            'fetch "https://example.com/a" as x { on error -> bye }',
            'fetched "https://example.com/a" reply {a: 1} hear "hi" press "1"',
            15,
        ),
        (
            "connect phone 14155550100 from=14155550101 { on busy { } }",
            'dialled phone 14155550100 busy hear "hi" press "1"',
            5,
        ),
    ],
)
def test_a_long_test(first: str, round: str, size: int) -> None:
    def work(n: int) -> Callable[[], object]:
        last = round.replace('press "1"', 'press "2"')
        text = MENU.replace("FIRST", first) + 'test "t" {\n' + f"{round}\n" * n + f'{last} hear "bye" ended }}\n'
        flow = nccodsl.load(text)
        script = Runnable(flow, URL)

        def run() -> None:
            outcome = run_test(flow, script, flow.program.tests[0])
            assert outcome.failure is None
            assert outcome.stage is not None
            Coverage(flow).add(script, outcome.stage)

        return run

    # Caches hold the times of the shorter one.
    assert grows_by(work, size) <= MOST + 1


def test_what_is_reached() -> None:
    """Looking into a list is work that is not seen in lines of Python."""

    def seconds(n: int) -> float:
        flow = nccodsl.load(_a_wide_menu(n))
        took = []
        for _ in range(7):
            began = time.process_time()
            reached(flow)
            took.append(time.process_time() - began)
        return min(took)

    assert seconds(1500) <= 25 * seconds(150)
