"""Choices by value as people write them first, and the form that is right here."""

from __future__ import annotations

import re

from nccodsl.diagnostics import messages
from nccodsl.syntax.habit_places import Edits, HabitFound, HabitPlace

SWITCH = re.compile(r"(switch|match|select|case)(?=[ \t]{1,9}\{\{)")
WORD = re.compile(r"(on|case)(?=[ \t])")
VALUE = re.compile(r"(?=[\"\d])")
COLON = re.compile(r":(?=[ \t]{0,9}(?:->|\{|hangup\b|next\b|break\b))|=>(?=[ \t]{0,9}\{)")
_WHEN = re.compile(r"(?:\bwhen|\bcase|\bon|,)[ \t]{1,9}(?:\"[^\"\n]{0,99}\"|\d{1,20}|true|false)[ \t]{0,9}\Z")


def switch(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`switch {{ tier }} {`"""
    if "_CHOOSE" not in place.wanted:
        return None
    end = match.end()
    said = messages.habits.other_choose(match[1], (place.edit(0, end, "choose"),))
    return HabitFound(said, end, end, (place.token("_CHOOSE", "choose", 0, end),))


def branch(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`on "gold" -> vip`, `case "gold" -> vip`, and `"gold" -> vip` alone"""
    if "_WHEN" not in place.wanted or "_OTHERWISE" not in place.wanted:
        return None
    end = match.end()
    edits = (place.edit(0, end, "when" if end else "when "),)
    said = messages.habits.branch_without_when(edits)
    return HabitFound(said, max(end, 1), end, (place.token("_WHEN", "when", 0, end),))


def colon(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`when "gold": { … }`"""
    if "LBRACE" not in place.wanted or not _WHEN.search(place.before):
        return None
    end = match.end()
    edits: Edits = (place.edit(0, end, ""),)
    return HabitFound(messages.habits.branch_with_colon(match[0], edits), end, end)
