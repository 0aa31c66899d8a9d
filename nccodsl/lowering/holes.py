"""Holes: what a template yields becomes JSON text, judged by the rule of its field and by nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring

from nccodsl.analysis.program import Hole, holes_in
from nccodsl.analysis.when_tests import NEVER, WhenTest, compared, is_one_of
from nccodsl.diagnostics import Message, messages
from nccodsl.templates import Expression, RenderFailure, Scope, Template, in_address
from nccodsl.voice.forms import shortened
from nccodsl.voice.problems import ValueRefused

Evaluate = Callable[[Scope], object]
Rule = Callable[[object], object]
Emit = Callable[[Scope], str]
_TOO_LONG = "E311"


class Failed(Exception):
    """A hole could not be filled: with what, and where in the template's text (offsets, or None for all of it)."""

    def __init__(self, hole: Hole, message: Message, at: tuple[int, int] | None = None) -> None:
        super().__init__(message.text)
        self.hole = hole
        self.message = message
        self.at = at


def encode(value: object) -> str:
    """A JSON-ready value as compact JSON text."""
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is list and len(value) == 1 and type(value[0]) is str:
        return f"[{encode_basestring(value[0])}]"
    return _encoder.encode(value)


def _plain(value: object) -> object:
    """Dates and times in ISO form; anything else cannot be written."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)


def evaluator(hole: Hole, compute: Callable[[Scope], object] | None = None) -> Evaluate:
    """The function that computes a hole's value, by `compute` if given. It raises Failed."""
    run = compute or hole.compute

    def evaluate(scope: Scope) -> object:
        try:
            return run(scope)
        except RenderFailure as failure:
            raise failed(hole, failure) from None

    return evaluate


def decider(tests: Sequence[Hole]) -> Callable[[Scope], int]:
    """The function that gives the number of the first true test, or their count where none is. It raises Failed."""
    if tests and isinstance(tests[0], WhenTest):
        return _chooser([test for test in tests if isinstance(test, WhenTest)])
    evaluators = [evaluator(test) for test in tests]

    def decide(scope: Scope) -> int:
        for number, test in enumerate(evaluators):
            if test(scope):
                return number
        return len(evaluators)

    return decide


def _chooser(tests: Sequence[WhenTest]) -> Callable[[Scope], int]:
    """The arms of one `choose`: its subject is evaluated once."""
    subject = evaluator(tests[0].subject)
    numbers: dict[object, int] = {}
    late: list[tuple[int, Evaluate]] = []
    for number, test in enumerate(tests):
        for value in test.values:
            if isinstance(value, Hole):
                late.append((number, evaluator(value)))
            else:
                numbers.setdefault(compared(value), number)

    def choose(scope: Scope) -> int:
        value = subject(scope)
        key = compared(value)
        if key is NEVER:
            return len(tests)
        found = numbers.get(key, len(tests))
        for number, evaluate in late:
            if number >= found:
                break
            if is_one_of(value, [evaluate(scope)]):
                return number
        return found

    return choose


def failed(hole: Hole, failure: RenderFailure) -> Failed:
    """A template's failure, tied to its hole."""
    return Failed(hole, failure.said, (failure.start, failure.end))


def tree(value: object) -> Evaluate:
    """The function that computes a draft value in which holes may stand anywhere."""
    if isinstance(value, Hole):
        return evaluator(value)
    if isinstance(value, dict):
        members = [(key, tree(item)) for key, item in value.items()]
        return lambda scope: {key: item(scope) for key, item in members}
    if isinstance(value, list):
        items = [tree(item) for item in value]
        return lambda scope: [item(scope) for item in items]
    return lambda _scope: value


def address(value: object) -> Evaluate:
    """The function that computes a draft address, or a list of them. It raises Failed.

    A value inside an address is percent-encoded: it is data, and cannot become a host, a path or a parameter. What
    begins the address is the address of a server, and stays as it is; so does what `urlencode` has encoded, what is
    constant, and the colon before a port.
    """
    if isinstance(value, list):
        items = [address(item) for item in value]
        return lambda scope: [item(scope) for item in items]
    if not isinstance(value, Hole) or not isinstance(value.code, Template):
        return tree(value)
    if value.code.pieces is not None:
        return _address_of(value, value.code.pieces)
    return evaluator(value, value.code.render_address)


def _address_of(hole: Hole, pieces: tuple[str | Expression, ...]) -> Evaluate:
    parts: list[str | tuple[Evaluate, Expression | None, str]] = []
    before = ""
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(piece)
            before += piece
        else:
            as_it_is = not parts or piece.constant
            parts.append((evaluator(Hole(piece, hole.span)), None if as_it_is else piece, before))

    def compute(scope: Scope) -> object:
        texts: list[str] = []
        for part in parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            evaluate, piece, before = part
            value = evaluate(scope)
            if value is None or isinstance(value, dict | list | tuple):
                raise Failed(hole, messages.values.wrong_in_address())
            texts.append(str(value) if piece is None else in_address(str(value), before, encoded=piece.encoded))
        return "".join(texts)

    return compute


def first_hole(value: object) -> Hole | None:
    """Any hole inside a draft value, or None where it is constant."""
    return next(holes_in(value), None)


def _cut(hole: Hole, text: object, cuts: list[object] | None, refused: ValueRefused) -> str:
    """The beginning of a text that was refused as too long, where a running call gathers its `cuts`. Else raises it."""
    if refused.code != _TOO_LONG or cuts is None or type(text) is not str:
        raise refused
    short = shortened(text)
    cuts.append(Failed(hole, messages.values.text_cut(len(text), len(short))))
    return short


def filler(
    value: object,
    hole: Hole,
    prefix: str,
    rule: Rule | None,
    *,
    required: bool,
    name: str,
    compute: Evaluate | None = None,
    spoken: bool = False,
) -> Emit:
    """The function that yields `prefix` and the JSON of a draft value with holes; nothing where it is `none`.

    `hole` is where a refusal is reported. `compute`: how the value is computed, if not in the plain way. What is
    `spoken` and too long is cut in a running call.
    """
    compute = compute or (value.compute if isinstance(value, Hole) else tree(value))
    judged: Rule = rule or (lambda result: result)

    def emit(scope: Scope) -> str:
        try:
            result = compute(scope)
            if result is None:
                if required:
                    raise Failed(hole, messages.options.required_is_none(name))
                return ""
            try:
                result = judged(result)
            except ValueRefused as refused:
                result = judged(_cut(hole, result, scope.cuts if spoken else None, refused))
            return prefix + (encode_basestring(result) if type(result) is str else encode(result))
        except RenderFailure as failure:
            raise failed(hole, failure) from None
        except ValueRefused as refused:
            raise Failed(hole, refused.said) from None
        except (TypeError, ValueError, RecursionError) as error:
            raise Failed(hole, messages.values.not_json(str(error))) from None

    return emit
