"""Every place of the grammar with every token behind it: what the parser's tables know, and random texts miss."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from heapq import heappop, heappush
from typing import Any

from lark.parsers.lalr_analysis import Reduce

from nccodsl.syntax.keywords import RESERVED
from nccodsl.syntax.tables import parser
from tests.property.grammar_scripts import ODD, TEXTS

Symbols = tuple[str, ...]
"""Names of terminals."""
Stack = tuple[int, ...]
"""States of the parser, the lowest first."""

_NO_TEXT = "_BROKEN"
"""How the terminals begin that only recovery feeds."""
TOKENS = (
    *(f"{word}{behind}" for word in sorted(RESERVED) for behind in ("", " = 1", "-x")),
    *(text for name, texts in sorted(TEXTS.items()) if name not in ("OPTION", "_EVENT") for text in texts),
    *ODD,
    "ended",
    "a = 1",
    "a =",
)
"""What is written at every place: each reserved word (also as an option's name and as the beginning of a name), and texts
of all other terminals."""


@cache
def _table() -> Any:
    table: Any = parser().parser
    return table.parser._parse_table


def _end() -> int:
    return int(_table().end_states["start"])


@cache
def _texts_of_rules() -> dict[str, Symbols]:
    """The shortest text of each rule, as terminals."""
    rules = [rule for rule in parser().rules if not any(one.name.startswith(_NO_TEXT) for one in rule.expansion)]
    found: dict[str, Symbols] = {}
    while True:
        changed = False
        for rule in rules:
            name, parts = rule.origin.name, [_of_symbol(one.name, one.is_term, found) for one in rule.expansion]
            if all(part is not None for part in parts):
                text = tuple(symbol for part in parts for symbol in part or ())
                if name not in found or len(text) < len(found[name]):
                    found[name], changed = text, True
        if not changed:
            return found


def _of_symbol(name: str, is_terminal: bool, known: dict[str, Symbols]) -> Symbols | None:
    return (name,) if is_terminal else known.get(name)


def _moves(state: int) -> Iterator[tuple[Symbols, int]]:
    """What can stand at a state, as terminals, and the state behind it."""
    for name, (action, behind) in sorted(_table().states[state].items(), key=lambda item: item[0]):
        if action is Reduce or name == "$END" or name.startswith(_NO_TEXT):
            continue
        text = _of_symbol(name, name.upper() == name, _texts_of_rules())
        if text is not None:
            yield text, behind


@cache
def _ways() -> dict[int, tuple[Symbols, Stack]]:
    """The shortest text that leads to each state, and the stack behind it."""
    start = _table().start_states["start"]
    found: dict[int, tuple[Symbols, Stack]] = {}
    todo: list[tuple[int, Symbols, Stack]] = [(0, (), (start,))]
    while todo:
        _, text, stack = heappop(todo)
        if stack[-1] in found:
            continue
        found[stack[-1]] = text, stack
        for more, behind in _moves(stack[-1]):
            if behind not in found:
                heappush(todo, (len(text) + len(more), text + more, (*stack, behind)))
    return found


@cache
def _way_out(state: int) -> tuple[Symbols, Stack, Any]:
    """The shortest text that ends a rule which a state is in: with the states it leads through, and the rule."""
    seen: set[tuple[int, int]] = set()
    todo: list[tuple[int, Symbols, Stack]] = [(0, (), ())]
    while todo:
        _, text, states = heappop(todo)
        at, height = (states[-1] if states else state), len(states)
        if (at, height) in seen:
            continue
        seen.add((at, height))
        for rule in _ending(at):
            # One that repeats what is before it leads back to the state.
            repeats = len(rule.expansion) == height + 1 > 1 and rule.expansion[0] == rule.origin
            if (len(rule.expansion) > height and not repeats) or not rule.expansion:
                return text, states, rule
        for more, behind in _moves(at):
            heappush(todo, (len(text) + len(more), text + more, (*states, behind)))
    raise AssertionError(f"nothing ends the rules of state {state}")


@cache
def _ending(state: int) -> list[Any]:
    """The rules that can end at a state."""
    return sorted({what for action, what in _table().states[state].values() if action is Reduce}, key=str)


@cache
def _rest(stack: Stack) -> Symbols:
    """A short text that ends what is open."""
    rest: Symbols = ()
    while stack[-1] != _end():
        more, states, rule = _way_out(stack[-1])
        stack += states
        stack = stack[: len(stack) - len(rule.expansion)]
        rest, stack = rest + more, (*stack, _table().states[stack[-1]][rule.origin.name][1])
    return rest


def _written(symbols: Symbols) -> str:
    words: list[str] = []
    for name in symbols:
        if words[-1:] == ["on"] and "_EVENT" in symbols:
            words.append("ended")
        else:
            words.append(next((word for word, of in RESERVED.items() if of == name), None) or TEXTS[name][0])
    return " ".join(words)


@cache
def _places() -> list[tuple[str, str]]:
    """Each place, by the text before it, with each text that may end what is open once a token stands at it."""
    found: dict[tuple[str, str], None] = {}
    for text, stack in _ways().values():
        for more, behind in (((), None), *_moves(stack[-1])):
            there = stack if behind is None else (*stack, behind)
            if there[-1] == _end():
                continue
            before = _written(text + more)
            found[before, _written(_rest(there))] = None
            for _, next_state in _moves(there[-1]):
                found[before, _written(_rest((*there, next_state)))] = None
    return list(found)


def number_of_places() -> int:
    """How many texts there are: each place, with each token at it, and each way to end."""
    return len(_places()) * len(TOKENS)


def place_script(number: int) -> str:
    """A text by its number. Numbers that follow each other are far apart; each round through all has other spaces."""
    round_, index = divmod(number, number_of_places())
    index = index * _STRIDE % number_of_places()
    before, rest = _places()[index // len(TOKENS)]
    space = _SPACES[(number + round_) % len(_SPACES)]
    return f"{before}{space}{TOKENS[index % len(TOKENS)]}{space}{rest}"


_STRIDE = 1_000_003
"""A prime, so that all numbers are met."""
_SPACES = (" ", "\n", " # = {\n", "")
