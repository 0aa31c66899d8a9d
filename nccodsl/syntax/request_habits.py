"""Requests, secrets and handlers as people write them first, and the form that is right here."""

from __future__ import annotations

import re

from nccodsl.base.http_rules import METHODS
from nccodsl.diagnostics import messages
from nccodsl.syntax.habit_places import HabitFound, HabitPlace

WORD = re.compile(r"[A-Za-z]{2,10}(?![\w=-])")
STATUS = re.compile(r"[1-9][0-9xX]{2}(?![\w.])")
MAP = re.compile(r"\{(?![{%])(?P<map>\s{0,100}(?:\w{1,100}|\"[^\"\n]{0,100}\")[ \t]{0,9}:)?")
ANSWER = re.compile(r"as\b(?:[ \t]{1,9}[a-z_]\w{0,100})?")
VALUE = re.compile(r"[=:][ \t]{0,9}(?:\"[^\"\n]{0,1000}\"|[a-z_]{1,50}\b)?")
EVENT = re.compile(r"on[ \t]{1,9}([a-z_]{1,30})\b")
MEMBER = re.compile(r"(?:[A-Za-z_]\w{0,100}|\"[^\"\n]{0,100}\")[ \t]{0,9}:")
ANYTHING = re.compile(r"(?=\S)")

_REQUEST = re.compile(r"\b(fetch|send)([ \t]{1,9}[A-Z]{1,9})?\s{0,99}\Z")
_SENT = re.compile(r"\bsend(?:[ \t]{1,9}[A-Z]{1,9})?\s{1,99}\"[^\"\n]{0,400}\"\s{0,99}\Z")
_SENDS = re.compile(r"(?:\A|[{}])[ \t]{0,99}send[ \t]")
_SECRET = re.compile(r"\bsecret[ \t]{1,9}([a-z_]\w{0,99})[ \t]{0,9}\Z")
_FAILED = re.compile(r"\bfailed[ \t]{1,9}\Z")
_BOUND = re.compile(r"\bas[ \t]{1,9}([a-z_]\w{0,99})[ \t]{0,9}\{\s{0,99}\Z")
_ENDS = ("hangup", "hang_up", "completed", "complete", "end", "ending", "finished", "over", "done", "disconnected")


def _behind(place: HabitPlace) -> str:
    """What stands before the place, of its line and of those above."""
    return place.file.text[max(place.at - 600, 0) : place.at]


def method(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`fetch post "https://…"`"""
    right = match[0].upper()
    if "METHOD" not in place.wanted or right not in METHODS:
        return None
    said = messages.habits.method_in_capitals(match[0], right, (place.edit(0, match.end(), right),))
    return HabitFound(said, match.end(), match.end(), (place.token("METHOD", right, 0, match.end()),))


def address(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`fetch POST` and nothing else"""
    request = _REQUEST.search(_behind(place))
    if request is None or "STRING" not in place.wanted or place.rest[0] in "\"'“{(":
        return None
    if "\n" not in request[0] and place.rest[0] != "}":
        return None
    method = request[2] or (" POST" if request[1] == "send" else "")
    return HabitFound(messages.habits.no_address(request[1], method), 1)


def status(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`on 4XX`, `on 40x`"""
    if match[0].isdigit():
        return None
    if "VERB" in place.wanted and _FAILED.search(place.before):
        return HabitFound(messages.tests.no_failure(match[0], None), match.end(), match.end())
    if "STATUS" not in place.wanted:
        return None
    right = f"{match[0][0]}xx"
    said = messages.habits.status_class(match[0], right, (place.edit(0, match.end(), right),))
    return HabitFound(said, match.end(), match.end(), (place.token("STATUS", right, 0, match.end()),))


def sent_map(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`send "https://…" {a: 1}`, `send "https://…" { on error -> a }`"""
    if "OPTION" not in place.wanted or not _SENT.search(_behind(place)):
        return None
    if not match["map"]:
        return HabitFound(messages.habits.send_brings_nothing(), 1)
    said = messages.habits.body_without_name((place.edit(0, 0, "body="),))
    return HabitFound(said, 1, 0, (place.token("OPTION", "body", 0, 0), place.token("_EQUALS", "=", 0, 0)))


def sent_as(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`send "https://…" as answer`"""
    if "OPTION" not in place.wanted or not _SENDS.search(place.before):
        return None
    return HabitFound(messages.habits.send_brings_nothing(), match.end(), match.end())


def secret_value(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`secret token = "abc"`, `secret token: text`"""
    secret = _SECRET.search(place.before)
    if secret is None:
        return None
    return HabitFound(messages.habits.secret_with_value(secret[1]), 1, match.end())


def event(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`on hangup { … }`, `on saved { … }` at the top level"""
    if "_EVENT" not in place.wanted or "_ON" in place.wanted:
        return None
    if match[1] in ("saved", "transcribed"):
        return HabitFound(messages.habits.event_of_recording(match[1]), match.end())
    if match[1] not in _ENDS:
        return None
    said = messages.habits.event_of_call(match[1], (place.edit(match.start(1), match.end(), "ended"),))
    tokens = (place.token("_EVENT", "on", 0, 2), place.token("WORD", "ended", match.start(1), match.end()))
    return HabitFound(said, match.end(), match.end(), tokens)


def shape(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`fetch "https://…" as customer {name: text}`"""
    bound = _BOUND.search(_behind(place)) if "_OTHERWISE" in place.wanted else None
    if bound is None:
        return None
    at = bound.end(1) - len(_behind(place))
    return HabitFound(messages.habits.shape_without_colon(bound[1], (place.edit(at, at, ":"),)), match.end())
