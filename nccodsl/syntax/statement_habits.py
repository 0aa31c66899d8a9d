"""Habits of writing statements and blocks as other languages and tools do."""

from __future__ import annotations

import re

from lark import Token

from nccodsl.base.source import line_end
from nccodsl.diagnostics import messages
from nccodsl.syntax.habit_places import Edits, HabitFound, HabitPlace
from nccodsl.syntax.scan import names_given

STATEMENTS = {
    "say": ("talk", 'talk "Hello"'),
    "speak": ("talk", 'talk "Hello"'),
    "play": ("stream", 'stream "https://example.com/hello.mp3"'),
    "gather": ("input", 'input dtmf max_digits=1 { on "1" -> sales  otherwise -> goodbye }'),
    "dial": ("connect phone", "connect phone 14155550101"),
    "goto": ("->", "-> goodbye"),
    "jump": ("->", "-> goodbye"),
    "continue": ("next", "if {{ played }} { next }"),
}
"""Statements of other tools: the one that is meant, and an example of it."""
_TERMINALS = {
    "talk": "ACTION",
    "stream": "ACTION",
    "input": "_INPUT",
    "connect phone": "_CONNECT",
    "->": "ARROW",
    "next": "NEXT",
}

_UNITS = {"ms": "ms", "s": "s", "sec": "s", "second": "s", "seconds": "s", "m": "m", "min": "m", "minute": "m"}
_UNITS |= {"minutes": "m", "h": "h"}

_LEADING = re.compile(r"\belse[ \t]+\Z")
_ENDPOINT = re.compile(r"\b(to|from|connect)[ \t]+\Z")
_AMOUNT = re.compile(r"\b(\d{1,9})[ \t]+\Z")
_TEMPLATE_BEFORE = re.compile(r"(?<![ \t])([ \t]*\}\}[ \t]*)\Z")
_INCLUDE = re.compile(r"[ \t]*include[ \t]+\Z")
_BLOCK = re.compile(r"[ \t]*(step|if|elif|else|for)\b")
_PHONE_BEFORE = re.compile(r"\b(?:phone[ \t]+|from[ \t]*=[ \t]*)(?:(\d{1,6})[ \t]*)?\Z")
_KIND_BEFORE = re.compile(r"\b(connect|to|from)[ \t]+([a-z]+)[ \t]*\Z")
_MATCHED = re.compile(r"\bon[ \t]+([A-Za-z_]\w*)[ \t]*\Z")
_OPERATOR = re.compile(r'"[^"]*"|\'[^\']*\'|[<>]=|(?<![ \t])[ \t]*(?:&&|\|\|)[ \t]*|![ \t]*(?!=)|[!=]==?|=')
_OPERATORS = {"&&": " and ", "||": " or ", "===": "==", "!==": "!=", "!": "not ", "=": "=="}
_PARENTHESES = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)")
_CONDITION = re.compile(r"\b(if|elif|choose)[ \t]+\Z")


def statement(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    written = match[1]
    right, example = STATEMENTS[written.lower()]
    if _TERMINALS[right] not in place.wanted:
        return None
    length = len(written)
    edits: Edits = (place.edit(0, length, right),)
    tokens = [place.token(_TERMINALS[right], right, 0, length)]
    if right == "connect phone":
        if number := match["number"]:
            edits = (place.edit(0, match.end(), f"{right} {number}"),)
        elif re.match(r"[ \t]+[a-z]", place.rest[length:]):
            edits = (place.edit(0, length, "connect"),)
        elif not place.rest[length:].lstrip().startswith("{{"):
            edits = ()
        if not re.match(r"[ \t]+[a-z]", place.rest[length:]):
            tokens.append(place.token("WORD", "phone", length, length))
    said = messages.habits.other_statement(written, right, example, edits)
    sign = re.match(r"[ \t]+\+", place.rest[length:])
    return HabitFound(said, length, length + (sign.end() if sign else 0), tuple(tokens))


def elif_(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`elseif`, `elsif`"""
    if "_ELIF" not in place.wanted:
        return None
    end = match.end()
    said = messages.habits.other_elif(match[0], (place.edit(0, end, "elif"),))
    return HabitFound(said, end, end, (place.token("_ELIF", "elif", 0, end),))


def conditions(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`if {{ a }} && {{ b }} {`: two templates where one is wanted."""
    if "LBRACE" not in place.wanted or not (opened := _TEMPLATE_BEFORE.search(place.before)):
        return None
    right = {"&&": "and", "||": "or"}.get(match[1], match[1])
    start = opened.start(1) - len(place.before)
    edits = (place.edit(start, match.end(), f" {right} "),)
    return HabitFound(messages.habits.two_conditions(right, edits), len(match[1]))


def semicolon(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    if "ACTION" not in place.wanted or not place.before.strip():
        return None
    return HabitFound(messages.habits.semicolon((place.edit(0, 1, ""),)), 1, 1)


def included(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """The name of a file without quotes."""
    if not _INCLUDE.match(place.before):
        return None
    edits = (place.edit(0, match.end(), f'"{match[0]}"'),)
    return HabitFound(messages.habits.file_without_quotes(match[0], edits), match.end(), match.end())


def else_if(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    leading = _LEADING.search(place.before)
    if leading is None:
        return None
    start = leading.start() - len(place.before)
    return HabitFound(said=messages.habits.else_if((place.edit(start, 2, "elif"),)), length=2)


def otherwise(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    if "_OTHERWISE" not in place.wanted:
        return None
    said = messages.habits.otherwise(match[1], (place.edit(0, match.end(), "otherwise"),))
    token = place.token("_OTHERWISE", "otherwise", 0, match.end())
    return HabitFound(said, len(match[1]), match.end(), (token,))


def branch(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`"1" -> sales`, `"1": -> sales`, `case "1" -> sales`"""
    if "_OTHERWISE" not in place.wanted:
        return None
    word = len(match["word"] or "")
    edits: Edits = (place.edit(0, word, "on" if word else "on "),)
    if match["colon"]:
        edits += (place.edit(match.start("colon"), match.end("colon"), ""),)
    return HabitFound(messages.habits.branch_without_on(edits), match.end(), word, (place.token("_ON", "on", 0, word),))


def compared(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`on digits == "1"`, `on choice.digits == "1"`"""
    word = _MATCHED.search(place.before)
    if word is None:
        return None
    start = word.start(1) - len(place.before)
    edits = (place.edit(start, match.end() - len(match[1]), ""),)
    said = messages.habits.compared_match(match[1], edits)
    return HabitFound(said, match.end(), match.end() - len(match[1]), drop=1)


def colon(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    block = _BLOCK.match(place.before)
    if block is None or "LBRACE" not in place.wanted:
        return None
    indent = len(place.before) - len(place.before.lstrip())
    text = place.file.text
    end = line = text.find("\n", place.at)
    while 0 <= line < len(text) - 1:
        following = line_end(text, line + 1)
        row = text[line + 1 : following]
        if row.strip() and len(row) - len(row.lstrip()) <= indent:
            break
        end = following if row.strip() else end
        line = following
    closing = place.edit(end - place.at, end - place.at, "\n" + " " * indent + "}")
    edits = (place.edit(0, 1, " {"), closing) if end >= 0 else ()
    return HabitFound(messages.habits.colon_for_braces(block[1], edits), 1, 1, (place.token("LBRACE"),))


def phone(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    endpoint = _ENDPOINT.search(place.before)
    if endpoint is None or "WORD" not in place.wanted:
        return None
    edits = (place.edit(0, match.end(), f"phone {match[1]}"),)
    said = messages.habits.phone_lacks(endpoint[1], edits)
    return HabitFound(said, match.end(), int(place.rest[0] == "+"), (place.token("WORD", "phone"),))


def spaced_number(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`+1 415 555 0101`, `415-555-0101`"""
    before = _PHONE_BEFORE.search(place.before)
    if before is None:
        return None
    written = (before[1] or "") + match[0]
    digits = "".join(char for char in written if char.isdigit())
    if len(digits) == 10 and digits[0] not in "01" and "+" not in written:
        digits = f"1{digits}"
    if not 7 <= len(digits) <= 15 or digits[0] == "0":
        return None
    start, end = before.start(1) - len(place.before) if before[1] else 0, match.end()
    said = messages.habits.number_with_signs(digits, (place.edit(start, end, digits),))
    token = place.token("NUMBER", digits, start, end)
    return HabitFound(said, end, end, (token,), drop=int(before[1] is not None))


def endpoint_equals(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`connect phone=14155550101`"""
    kind = _KIND_BEFORE.search(place.before)
    if kind is None:
        return None
    start, end = kind.start(2) - len(place.before), match.end()
    said = messages.habits.endpoint_without_equals(kind[2], (place.edit(start, end, f"{kind[2]} "),))
    return HabitFound(said, 1, end, (place.token("WORD", kind[2], start, start + len(kind[2])),), drop=1)


def endpoint_name(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`connect phone shop`"""
    if not _KIND_BEFORE.search(place.before) or match[0] not in names_given(place.file.text):
        return None
    end = match.end()
    right = f"{{{{ {match[0]} }}}}"
    said = messages.habits.name_without_braces(match[0], right, (place.edit(0, end, right),))
    return HabitFound(said, end, end, _template(place, end))


def plus(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    if "NUMBER" not in place.wanted:
        return None
    end = match.end()
    said = messages.habits.without_plus(match[1], (place.edit(0, 1, ""),))
    return HabitFound(said, end, end, (place.token("NUMBER", match[1], 1, end),))


def unit(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    amount, unit = _AMOUNT.search(place.before), _UNITS.get(match[0])
    if amount is None or unit is None:
        return None
    right = amount[1] + unit
    edits = (place.edit(amount.start() - len(place.before), match.end(), right),)
    return HabitFound(said=messages.habits.spaced_unit(right, edits), length=match.end())


def condition(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    word = _CONDITION.search(place.before)
    if word is None or "JINJA_BEGIN" not in place.wanted:
        return None
    end = match.end(1)
    right = f"{{{{ {_expression(match[1])} }}}}"
    said = messages.habits.condition_without_braces(word[1], right, (place.edit(0, end, right),))
    return HabitFound(said, end, end, _template(place, end))


def _template(place: HabitPlace, end: int) -> tuple[Token, ...]:
    """What stands before `end`, as a template whose braces lack."""
    parts = (("JINJA_BEGIN", -2, 0), ("JINJA_TEXT", 0, end), ("JINJA_END", end, end + 2))
    return tuple(place.token(terminal, "", *at) for terminal, *at in parts)


def _expression(written: str) -> str:
    """A condition of another language with the operators of templates, and without parentheses around it."""
    text = _OPERATOR.sub(lambda found: _OPERATORS.get(found[0].strip(), found[0]), written.strip())
    whole = _PARENTHESES.fullmatch(text)
    return (whole[1] if whole else text).strip()
