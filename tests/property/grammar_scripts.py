"""Texts made from the grammar itself: each follows from a seed, and is right, nearly right, or wrong in one place."""

from __future__ import annotations

from functools import cache
from random import Random

from nccodsl.syntax.keywords import RESERVED
from nccodsl.syntax.tables import parser

TEXTS = {
    "WORD": ["a", "name", "main", "en-GB", "x1-2", "text", "phone", "true-ish", "talk-x", "POST", "_", "dtmf"],
    "OPTION": ["language", "style", "a-b", "a--b", "event_url", "record", "on", "private"],
    "STRING": ['"a"', '""', '"{{ a }}"', r'"a\n\"b"', r'"\q"', '"#"', '"é😀"', r'"\ud83d"'],
    "LONG_STRING": ['"""\n  a\n   b\n  """', '"""a "quoted" b"""', '""""""', r'"""\q"""'],
    "NUMBER": ["1", "-2", "007", "1.5", "2e3", "1e999", "14155550100"],
    "DURATION": ["500ms", "20s", "1h30m", "-1.5s"],
    "TIMES": ["09:00-17:00", "9:30 - 12:00"],
    "DATES": ["2026-12-25", "2026-12-25..2026-12-31"],
    "RANGE": ["4..10", "-1..1"],
    "LIBRARY": ["<std/confirm.call>", "<>"],
    "METHOD": ["GET", "POST"],
    "STATUS": ["4xx", "5xx"],
    "JINJA_TEXT": ["a", "a.b|title", "1+2", "é", "'", "\u00a0"],
    "JINJA_STRING": ["'a'", '"}}"', r"'\''", "'('"],
    "_EVENT": ["on"],
    "_EQUALS": ["="],
    "ARROW": ["->"],
    "OPTIONAL": ["?"],
    "ANY": ["*"],
    "JINJA_BEGIN": ["{{"],
    "JINJA_END": ["}}"],
    "LBRACE": ["{"],
    "RBRACE": ["}"],
    "LBRACKET": ["["],
    "RBRACKET": ["]"],
    "LPAREN": ["("],
    "RPAREN": [")"],
    "COLON": [":"],
    "COMMA": [","],
}
_SPACES = (" ",) * 12 + ("\n",) * 4 + ("  # a = {\n", "\t", "\r\n", "", "\f", "#\n")
ODD = ("\u00a0", "==", "'", '"', "\\", "é", "%", ";", "-", "5x", "#")
_WORDS = sorted(RESERVED)


@cache
def _rules() -> dict[str, list[list[tuple[bool, str]]]]:
    """Each rule's expansions, of symbols: whether it is a terminal, and its name."""
    found: dict[str, list[list[tuple[bool, str]]]] = {}
    for rule in parser().rules:
        symbols = [(symbol.is_term, symbol.name) for symbol in rule.expansion]
        if not any(name.startswith(("_BROKEN", "broken")) for _, name in symbols):
            found.setdefault(rule.origin.name, []).append(symbols)
    return found


@cache
def _depths() -> dict[str, int]:
    """How many rules the shortest text of each rule goes through."""
    known: dict[str, int] = {}
    while True:
        before = dict(known)
        for name, expansions in _rules().items():
            depths = [_depth(expansion, before) for expansion in expansions]
            if (least := min(depths)) < 10**6:
                known[name] = 1 + least
        if known == before:
            return known


def _depth(expansion: list[tuple[bool, str]], known: dict[str, int]) -> int:
    return max((0 if is_terminal else known.get(name, 10**6) for is_terminal, name in expansion), default=0)


def _text(terminal: str, random: Random) -> str:
    words = [word for word, name in RESERVED.items() if name == terminal]
    if terminal in ("WORD", "OPTION") and random.random() < 0.25:
        return random.choice(_WORDS) + random.choice(("", "", "", "-x"))
    return random.choice(words or TEXTS[terminal])


def _tokens(random: Random) -> list[str]:
    """A text that the grammar may derive, token by token."""
    found: list[str] = []
    todo = [(False, "start", random.randint(4, 60))]
    while todo:
        is_terminal, name, budget = todo.pop()
        if is_terminal:
            found.append(_text(name, random))
            continue
        expansions = _rules()[name]
        if budget - len(found) < 4:
            least = min(_depth(one, _depths()) for one in expansions)
            expansions = [one for one in expansions if _depth(one, _depths()) == least]
        todo.extend((is_term, symbol, budget) for is_term, symbol in reversed(random.choice(expansions)))
    return found


def _damage(tokens: list[str], random: Random) -> None:
    """Change one token."""
    at = random.randrange(len(tokens) + 1)
    match random.randrange(5):
        case 0:
            del tokens[at : at + 1]
        case 1:
            tokens[at:at] = tokens[at : at + 1]
        case 2:
            tokens.insert(at, random.choice((*_WORDS, *ODD)))
        case 3:
            tokens[at : at + 1] = [_text(random.choice(sorted(TEXTS)), random)]
        case _:
            tokens[at : at + 2] = reversed(tokens[at : at + 2])


def script_of(seed: int) -> str:
    """The text of a seed: two of three are damaged."""
    random = Random(seed)
    tokens = _tokens(random)
    for _ in range(random.choice((0, 1, 1))):
        _damage(tokens, random)
    return "".join(token + random.choice(_SPACES) for token in tokens)


def damaged_script(text: str, seed: int) -> str:
    """A script, of which a piece is cut, doubled, or replaced by a token."""
    random = Random(seed)
    at = random.randrange(len(text) + 1)
    end = min(at + random.choice((1, 1, 2, 5, 20)), len(text))
    new = random.choice(("", text[at:end] * 2, random.choice((*_WORDS, *ODD, *"{}[]()=:,?*")), " ", "\n"))
    return text[:at] + new + text[end:]
