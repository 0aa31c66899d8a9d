"""What a test can go on with: its lines are played up to the cursor, and the call says what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nccodsl.analysis.script_tests import ScriptTest, ScriptVerb
from nccodsl.editor.document import Document
from nccodsl.editor.live_flow import live_flow
from nccodsl.editor.possible_words import possible_words
from nccodsl.editor.services.test_runs import PERSON_DOES
from nccodsl.editor.suggestions import Suggestion, keyword
from nccodsl.rehearsal.expected import folded
from nccodsl.rehearsal.run_tests import turns_of_test
from nccodsl.rehearsal.scripted import ACTS
from nccodsl.rehearsal.stage import Stage
from nccodsl.rehearsal.tested_dialog import outcome_of
from nccodsl.voice.forms import are_keys

MOST_EVENTS = 500
"""What may happen in the call until the cursor."""
_LAST = "ended"
_LONGEST = 60


def next_verbs(document: Document, offset: int) -> list[Suggestion] | None:
    """The lines that a test can go on with at an offset; None where that is not known."""
    at = document.position_of(offset)
    script = live_flow(document)
    tests = script.flow.program.tests if script is not None else ()
    case = max((one for one in tests if one.span.start <= at), key=lambda one: one.span.start, default=None)
    if script is None or case is None:
        return None
    before = tuple(one for one in case.verbs if one.span.end < at)
    # The call goes on until it waits or is over, and the stage shows which.
    until = ScriptVerb(_LAST, False, None, None, {}, None, case.span)
    played = ScriptTest(case.title, case.values, (*before, until), case.span, case.at, case.asked)
    turns = turns_of_test(script.flow, script, played)
    for _ in range(MOST_EVENTS):
        try:
            next(turns)
        except StopIteration as end:
            stage: Stage | None = end.value.stage
            failure = end.value.failure
            if stage is None or (failure is not None and failure.span != until.span):
                return None
            return list(_offered(stage, before))
    return None


def _offered(stage: Stage, before: Sequence[ScriptVerb]) -> Iterator[Suggestion]:
    yield from (_line("hear", f'"{text}"', "heard now") for text in _heard(stage, before))
    if stage.over:
        found = outcome_of(stage)
        yield _line("ends", found[0], "how the dialog ended") if found is not None else keyword("ended", 0)
        return
    listening, held = stage.leg.listening, stage.leg.held_by
    keys = held is not None or (listening is not None and listening.takes_keys)
    speech = held is not None or (listening is not None and listening.takes_speech)
    for word in possible_words(stage, "input") if listening is not None else ():
        if keys and are_keys(word):
            yield _line("press", f'"{word}"', "a branch")
        elif speech and not are_keys(word) and word not in ("wait", "hang up"):
            yield _line("say", f'"{word}"', "a branch")
    yield from (
        keyword(verb, 0) for verb, can in (("press", keys), ("say", speech), ("silence", keys or speech)) if can
    )


def _heard(stage: Stage, before: Sequence[ScriptVerb]) -> Iterator[str]:
    """What was said since the person last did something, and no line has mentioned."""
    mentioned: list[str] = []
    for verb in before:
        if verb.verb in ACTS:
            mentioned.clear()
        elif verb.verb == "hear" and isinstance(verb.value, str):
            mentioned.append(folded(verb.value))
    texts: list[str] = []
    for entry in stage.leg.timeline.entries:
        if entry.leg != stage.leg.name:
            continue
        if entry.kind in PERSON_DOES or entry.data.get("event") == "collected":
            texts.clear()
        elif entry.kind == "hears" and entry.data.get("text"):
            texts.append(str(entry.data["text"]))
    for text in texts:
        if not any(one in folded(text) for one in mentioned) and not any(char in text for char in '"`\\{\n'):
            yield text


def _line(verb: str, value: str, detail: str) -> Suggestion:
    """A line of a test with its value as it is written."""
    written = f"{verb} {value}"
    label = written if len(written) <= _LONGEST else f"{written[: _LONGEST - 1]}…"
    return Suggestion(label, "keyword", detail, insert=written, rank=0)
