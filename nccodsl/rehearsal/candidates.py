"""What may come back at a wait: one answer for each branch, silence, and an unexpected one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from nccodsl.analysis.program import Hole, Program, WaitItem
from nccodsl.analysis.shapes import has_private
from nccodsl.answers import AnswerType
from nccodsl.base.record import Record
from nccodsl.lowering.blocks import PASSING, Block, Wait
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import Failed, evaluator, tree
from nccodsl.rehearsal.wildcards import pieces_of, wildcard
from nccodsl.runtime.match import heard
from nccodsl.runtime.runnable import DISCONNECTED, FAILURES, Ask, Runnable
from nccodsl.runtime.web_requests import Fetched
from nccodsl.templates import Scope
from nccodsl.voice.forms import are_keys

MOST_BEGINNINGS = 20
"""Different values of the tests that a call begins with."""
LEG = "explored"
"""The id of the leg whose call is explored."""
_ODD_WORDS = "something else entirely"
Replies = tuple[tuple[object, object], ...]


class Candidate(Record):
    """An answer: the kind and payload of its event, and its label."""

    kind: str
    payload: Mapping[str, Any]
    label: str


RESUME = Candidate("resume", {}, "it continues")


def choices_at(ask: Ask, block: Block, scope: Scope, tried: Sequence[tuple[str, str]] = ()) -> Iterator[Candidate]:
    """The answers to a wait that lead to different places, as far as can be known without trying all.

    `tried` are keys and words that the tests give: an input without branches gets them too.
    """
    if ask.what == "fetch" or ask.what in PASSING:
        yield RESUME
    elif ask.what == "connect":
        yield from _failures(ask)
    else:
        yield from _inputs(ask, block, scope, tried)


def _failures(ask: Ask) -> Iterator[Candidate]:
    """The ways in which a `connect` fails that lead to different places."""
    seen: set[str | None] = set()
    closed = (DISCONNECTED,) if ask.choose.outcome(DISCONNECTED) is not None else ()
    for status in (*FAILURES, *closed):
        target = ask.choose.outcome(status) or ask.choose.otherwise or ask.then
        if target not in seen:
            seen.add(target)
            yield Candidate("connect", {"status": status}, f"the connected phone is {status}")


def _inputs(ask: Ask, block: Block, scope: Scope, tried: Sequence[tuple[str, str]]) -> Iterator[Candidate]:
    """The answers to an `input`."""
    keys, speech = listens_for(ask)
    taken: set[str] = set()
    yield from _branches(ask, block, scope, taken)
    if not ask.choose.has_branches:
        for verb, value in tried:
            if verb == "press" and keys:
                yield _press(value.rstrip("#") or value, speech)
            elif verb == "say" and speech:
                yield _say(value, keys)
    answer = ask.choose.type
    most = _most_keys(ask, scope)
    if answer is not None:
        yield from _fitting(answer, keys, speech, tried, taken, most)
    yield silent(keys, speech)
    if keys:
        length = min(most or 4, 4)
        others = [*([answer.misfit()] if answer is not None else ()), *(key * length for key in "7890*#123456")]
        other = next((one for one in others if one not in taken and not (answer and _fits(answer, one))), None)
        if other is not None:
            yield _press(other, speech)
    if speech and (not keys or ask.choose.has_branches is False):
        yield _say(_ODD_WORDS, keys)


def _fitting(
    answer: AnswerType,
    keys: bool,
    speech: bool,
    tried: Sequence[tuple[str, str]],
    taken: set[str],
    most: int | None,
) -> Iterator[Candidate]:
    """Answers that fit: those at the limits of the type, no longer than `most` keys, and those of the tests."""
    pressed = [value.rstrip("#") for verb, value in tried if verb == "press"]
    samples = (one[:most] for one in answer.examples())
    for digits in dict.fromkeys((*samples, *pressed)):
        if digits not in taken and _fits(answer, digits):
            yield _press(digits, speech) if keys else _say(answer.as_speech(digits), keys)


def _fits(answer: AnswerType, digits: str) -> bool:
    return answer.typed(digits) is not None


def listens_for(ask: Ask) -> tuple[bool, bool]:
    """Whether an `input` takes keys, and whether it takes speech."""
    kinds = ask.action.draft.get("type") if ask.action is not None else None
    kinds = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else ["dtmf"]
    return "dtmf" in kinds, "speech" in kinds


def named_answers(ask: Ask, block: Block, scope: Scope) -> Iterator[Candidate]:
    """Every answer that a branch of an `input` names, and silence where one names it."""
    keys, speech = listens_for(ask)
    yield from _branches(ask, block, scope, set(), every=True)
    if ask.choose.outcome("nothing") is not None:
        yield silent(keys, speech)


def _branches(ask: Ask, block: Block, scope: Scope, taken: set[str], *, every: bool = False) -> Iterator[Candidate]:
    """An answer for each branch, or `every` one; all that a branch takes is noted in `taken`."""
    keys, speech = listens_for(ask)
    transition = block.transition
    assert isinstance(transition, Wait)
    for matches, _ in transition.cases:
        for given in (text for match in matches for text in _given(ask, match, scope, every=every)):
            taken.add(given)
            if are_keys(given) and keys:
                yield _press(given, speech)
            elif speech and not are_keys(given):
                yield _say(given, keys)
            else:
                continue
            if not every:
                break


def fetch_choices(url: str, item: WaitItem, replies: Replies) -> Iterator[tuple[Fetched, str]]:
    """What a fetch may bring: what the tests say that it brings, the failures that its branches name, and any other.

    What comes from another address of its form may come from this one.
    """
    assert item.request is not None
    fits = wildcard(pieces_of(item.request.url)).fullmatch
    hidden = has_private(item.request.shape)
    for number, (pattern, reply) in enumerate(replies, 1):
        if isinstance(pattern, str) and (pattern == url or fnmatchcase(url, pattern) or fits(pattern)):
            yield Fetched(reply), f"the fetch returns {f'reply {number} of the tests' if hidden else _short(reply)}"
    named = [str(match).removeprefix(":") for case in item.cases for match in case.matches]
    for outcome in named:
        if outcome == "timeout":
            yield Fetched(None, "it failed", outcome), "the fetch times out"
        elif outcome != "error":
            status = _another(outcome[0], named) if outcome.endswith("xx") else outcome
            yield Fetched(None, "it failed", status), f"the fetch answers {status}"
    yield Fetched(None, "it failed", "error"), "the fetch fails"


def _another(first: str, named: Sequence[str]) -> str:
    """A status of a class that no branch names."""
    return next(status for status in (f"{first}{number:02}" for number in range(99, -1, -1)) if status not in named)


def handler_choices(script: Runnable) -> Iterator[Candidate]:
    """The events that a handler of the call answers."""
    for name in sorted(script.handlers):
        payload = {"status": "machine", "sub_state": "beep_start"} if name == "beep" else {"status": name}
        yield Candidate("status", {**payload, "call_uuid": LEG}, f"detected: {name}")


def beginnings(program: Program) -> list[Mapping[str, object]]:
    """The values of the tests; none where the params have defaults."""
    found: list[Mapping[str, object]] = []
    if not any(parameter.required for parameter in program.parameters.values()):
        found.append({})
    for case in program.tests:
        if len(found) < MOST_BEGINNINGS and case.values not in found:
            found.append(case.values)
    return found or [{}]


def replies_of(flow: Compiled) -> Replies:
    """Addresses and replies of the tests' `fetched`, each once."""
    found: list[tuple[object, object]] = []
    for case in flow.program.tests:
        values = {name: value for name, value in case.values.items() if not isinstance(value, Hole)}
        for verb in case.verbs:
            if verb.verb != "fetched" or verb.reply is None:
                continue
            try:
                scope = flow.binder.bind(values, flow.moment(values, case.at))
                pair = (tree(verb.value)(scope), tree(verb.reply)(scope))
            except Exception:  # what is wrong in a test is reported when it runs
                continue
            if pair not in found:
                found.append(pair)
    return tuple(found)


def tried_in(flow: Compiled) -> tuple[tuple[str, str], ...]:
    """The keys and words of the tests, each once."""
    verbs = (verb for case in flow.program.tests for verb in case.verbs)
    given = ((verb.verb, verb.value) for verb in verbs if verb.verb in ("press", "say"))
    return tuple(dict.fromkeys((name, value) for name, value in given if isinstance(value, str)))[:50]


def _given(ask: Ask, match: object, scope: Scope, *, every: bool) -> list[str]:
    """A text that a branch takes, or `every` one; none for silence, and where nothing can be computed."""
    if isinstance(match, Hole):
        try:
            value = evaluator(match)(scope)
        except Failed:
            return []
        values = list(value) if isinstance(value, list | tuple) else [value]
        texts = [str(one) for one in values if isinstance(one, str | int)]
        return texts if every else texts[:1]
    text = str(match)
    if text.startswith(":"):
        return []
    return [text, *ask.choose.translations(text, scope)] if every else [text]


def _press(keys: str, speech: bool) -> Candidate:
    payload: dict[str, Any] = {"dtmf": {"digits": keys, "timed_out": False}}
    if speech:
        payload["speech"] = {"error": "Speech overridden by DTMF", "results": []}
    assert heard(payload).digits == keys
    return Candidate("input", payload, f"press {keys}")


def _say(words: str, keys: bool) -> Candidate:
    speech = {"timeout_reason": "end_on_silence_timeout", "results": [{"text": words, "confidence": "0.90"}]}
    payload: dict[str, Any] = {"speech": speech}
    if keys:
        payload["dtmf"] = {"digits": None, "timed_out": False}
    return Candidate("input", payload, f"say “{words}”")


def silent(keys: bool, speech: bool) -> Candidate:
    """What an `input` for keys, speech or both gets where nothing is said or pressed."""
    payload: dict[str, Any] = {}
    if keys:
        payload["dtmf"] = {"digits": None if speech else "", "timed_out": True}
    if speech:
        payload["speech"] = {"timeout_reason": "start_timeout", "results": []}
    return Candidate("input", payload, "silence")


def _most_keys(ask: Ask, scope: Scope) -> int | None:
    """How many keys an input takes, None where it does not say so or cannot be asked."""
    settings = ask.action.draft.get("dtmf") if ask.action is not None else None
    most = settings.get("maxDigits") if isinstance(settings, Mapping) else None
    if isinstance(most, Hole):
        try:
            most = evaluator(most)(scope)
        except Failed:
            return None
    return most if isinstance(most, int) and most > 0 else None


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:39]}…"
