"""Habits of writing texts and comments as other languages do."""

from __future__ import annotations

import re

from nccodsl.base.source import line_end
from nccodsl.diagnostics import messages
from nccodsl.syntax.habit_places import HabitFound, HabitPlace

_CALLED = re.compile(r"(?<![\w-])([a-z]+)[ \t]*\Z")
_TEXT = re.compile(r'(?<![\w"])"(?=[^"])')
_TEMPLATE = re.compile(r"\{\{[^{}]{0,300}\}\}|\{%[^{}]{0,300}%\}")
_HOLE = re.compile(r"\{([A-Za-z_][\w.]{0,99})\}")


def line_comment(place: HabitPlace, match: re.Match[str]) -> HabitFound:
    """One finding for all lines of a comment."""
    rows = _comment_rows(place.file.text, place.at)
    edits = tuple(place.edit(start - place.at, start - place.at + 2, "#") for start, _ in rows)
    return HabitFound(messages.habits.comment("//", edits), 2, rows[-1][1] - place.at)


def _comment_rows(text: str, at: int) -> list[tuple[int, int]]:
    """Where each line of a `//` comment begins and ends."""
    rows: list[tuple[int, int]] = []
    while text.startswith("//", at):
        end = line_end(text, at)
        rows.append((at, end))
        following = text[end + 1 : end + 202]
        at = end + 1 + len(following) - len(following.lstrip(" \t"))
    return rows


def comment(place: HabitPlace, match: re.Match[str]) -> HabitFound:
    end = place.file.text.find("*/", place.at + 2)
    whole = place.file.text[place.at : end + 2]
    alone = end >= 0 and re.match(r"[ \t]*(?:#|\r?\n|\Z)", place.file.text[end + 2 : end + 202])
    lines = [line.strip().lstrip("*").strip() for line in whole[2:-2].split("\n")]
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    while len(lines) > 1 and not lines[0]:
        lines.pop(0)
    indent = "\n" + " " * (len(place.before) - len(place.before.lstrip()))
    text = indent.join(f"# {line}".rstrip() for line in lines)
    edits = (place.edit(0, len(whole), text),) if alone else ()
    skip = (len(place.file.text) if end < 0 else end + 2) - place.at
    return HabitFound(messages.habits.comment("/*", edits), 2, skip)


def _escaped(text: str) -> str:
    return text.replace('"', '\\"')


def single(place: HabitPlace, match: re.Match[str]) -> HabitFound:
    text = match[1]
    edits = () if text is None or "\\" in text else (place.edit(0, match.end(), f'"{_escaped(text)}"'),)
    return HabitFound(messages.habits.single_quotes(edits), 1, match.end())


def prefixed(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    if place.before.endswith('"'):
        return None
    text = _HOLE.sub(r"{{ \1 }}", match[2][1:-1])
    edits = (place.edit(0, match.end(), f'"{text}"'),)
    return HabitFound(messages.habits.prefixed_string(match[1], edits), match.end(1), match.end())


def parentheses(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    called = _CALLED.search(place.before)
    if called is None or "STRING" not in place.wanted:
        return None
    value = f'"{match[1][1:-1]}"' if match[1].startswith("'") else match[1]
    edits = (place.edit(0, match.end(), f" {value}"),) if match[2] == ")" else ()
    return HabitFound(said=messages.habits.parentheses(called[1], edits), length=1)


def nested(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """A word that touches the end of a text, and more quotes on the line: the text was to go on."""
    opening = _TEXT.search(place.before)
    line = place.rest.partition("\n")[0].partition(" #")[0]
    head, options, _ = line.partition("=")
    last = head.rfind('"')
    within = opening is not None and _opens_template(place.before[opening.end() :])
    if within and (closing := max(line.rfind("%}"), line.rfind("}}"))) >= 0:
        last, options = line.find('"', closing), ""
    elif match[0] == '"':
        return None
    if not place.before.endswith('"') or opening is None or last < 0:
        return None
    if options and not head[last + 1 :].strip().isidentifier():
        return None
    start = opening.end() - len(place.before)
    inner = place.before[start:] + line[:last]
    right = _escaped(_TEMPLATE.sub(_single_quotes, inner))
    edits = () if "\\" in inner else (place.edit(start, last, right),)
    if "{" in inner and '\\"' not in right:
        said = messages.habits.quotes_inside_template(edits)
    else:
        said = messages.habits.nested_quotes(edits)
    return HabitFound(said=said, length=match.end())


def _opens_template(text: str) -> bool:
    return text.count("{{") + text.count("{%") > text.count("}}") + text.count("%}")


def _single_quotes(template: re.Match[str]) -> str:
    written = template[0]
    return written if "'" in written else written.replace('"', "'")


def json_file(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    if place.file.text[: place.at].strip():
        return None
    return HabitFound(said=messages.habits.json_in_a_script(), length=1)
