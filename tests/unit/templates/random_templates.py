"""Templates that follow from a seed, right and wrong, and whether both ways to their trees agree."""

from __future__ import annotations

from random import Random

from nccodsl.templates.jinja_parse import parse_with_jinja
from nccodsl.templates.places import Source
from nccodsl.templates.quick_parse import quick_parse

_NAMES = ("a", "name", "_x1", "if", "is", "not", "in", "true", "None", "loop", "é")
_OPERANDS = (
    "1",
    "0",
    "42",
    "1.5",
    "1e3",
    "0x1F",
    "1_000",
    "007",
    "''",
    "'a'",
    '"b}}"',
    "'\\n'",
    "'ü'",
    "'a' \"b\"",
    "[]",
)
_BINARY = (" + ", "-", "*", "/", " // ", "%", "**", "~", "==", "!=", "<", " <= ", " and ", " or ", " in ", " not in ")
_TESTS = ("defined", "none", "divisibleby(3)", "eq 2", "in [1]", "odd", "x.y", "sameas name", "not")
_SPACES = ("",) * 6 + (" ", " ", "\n", "\t", "\u00a0")
_TEXTS = ("", "Hello ", "{", "}", "}}", " {", "\n", "é", '"', "{ {", "#", "%}")
_ODD = (
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ".",
    ",",
    ":",
    "=",
    "!",
    "-}}",
    "{{-",
    "}}",
    "{#",
    "{%",
    "'",
    "\\",
    "is",
    "if",
    "1",
)


def _expression(random: Random, depth: int) -> str:
    if depth <= 0:
        return random.choice((*_NAMES, *_OPERANDS))

    def inner() -> str:
        return _expression(random, depth - random.randint(1, 3))

    match random.randrange(17):
        case 0:
            return f"{inner()} if {inner()}" + (f" else {inner()}" if random.random() < 0.8 else "")
        case 1 | 2 | 3:
            return inner() + random.choice(_BINARY) + inner()
        case 4:
            return random.choice(("not ", "-", "+")) + inner()
        case 5 | 6:
            return f"{inner()} | {random.choice(('upper', 'default', 'x.y'))}{_arguments(random, inner())}"
        case 7:
            return f"{inner()} is {random.choice(('', 'not '))}{random.choice(_TESTS)}"
        case 8:
            return f"{inner()}.{random.choice(('a', 'b_1', '0', '1.5'))}"
        case 9:
            return f"{inner()}[{random.choice((inner(), '1:', ':2', '::-1', '1:2:3', '1,2', '::', ''))}]"
        case 10:
            return f"{inner()}({_arguments(random, inner()).strip('()')})"
        case 11:
            return f"({inner()}{random.choice(('', ',', f',{inner()}', f',{inner()},'))})"
        case 12:
            return f"[{inner()}{random.choice(('', ',', f',{inner()}'))}]"
        case 13:
            return f"{{{inner()}:{inner()}{random.choice(('', ',', f',{inner()}:{inner()}'))}}}"
        case 14:
            return "()"
        case _:
            return inner()


def _arguments(random: Random, value: str) -> str:
    forms = ("", "()", f"({value})", f"({value}, b={value})", f"(*{value})", f"(a={value}, {value})", f"(**{value},)")
    return random.choice(forms)


def template_of(seed: int) -> str:
    """The template of a seed; some are damaged."""
    random = Random(seed)
    pieces = [random.choice(_TEXTS)]
    for _ in range(random.randint(1, 3)):
        pieces += [
            "{{",
            random.choice(_SPACES),
            _expression(random, random.randint(0, 6)),
            random.choice(_SPACES),
            "}}",
        ]
        pieces.append(random.choice(_TEXTS))
    text = "".join(pieces)
    if random.random() < 0.4:
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice((*_ODD, "")) + text[at + random.randrange(2) :]
    return text


def reads_quickly(text: str, shift: int = 0) -> tuple[bool, bool]:
    """Whether Jinja takes a template, and whether the quick way does; their trees and places are the same then."""
    limit = len(text) - 2 * shift
    mine, theirs = Source(text, shift=shift, limit=limit), Source(text, shift=shift, limit=limit)
    quick = quick_parse(text, mine)
    right, _ = parse_with_jinja(text, theirs)
    if quick is not None:
        assert right is not None, f"only the quick way takes {text!r}"
        assert repr(quick) == repr(right), f"another tree for {text!r}"
        assert (mine.starts, mine.ends) == (theirs.starts, theirs.ends), f"other places for {text!r}"
    return right is not None, quick is not None
