"""What a person may answer where a call waits."""

from __future__ import annotations

from nccodsl.emulator.personas.persona import OUTCOMES
from nccodsl.lowering.blocks import Wait
from nccodsl.rehearsal.stage import Stage

ALWAYS = ("wait", "hang up")
"""What can be answered to every question but those about the others."""
_WORDS = {"connect": (*OUTCOMES, "voicemail"), "fetch": ("{}", "error")}


def possible_words(stage: Stage, what: str) -> tuple[str, ...]:
    """Answers to a question. `what` as in `Awaited`; an input names what its branches match, and takes more."""
    if what in _WORDS:
        return (*_WORDS[what], "hang up")
    return (*(_of_branches(stage) if what == "input" else ()), *ALWAYS)


def _of_branches(stage: Stage) -> tuple[str, ...]:
    """The keys and words that the branches of the latest `input` name."""
    waits = stage.moves[-1].waits if stage.moves else ()
    wait = stage.flow.blocks[waits[-1]].transition if waits else None
    if not isinstance(wait, Wait):
        return ()
    matches = (str(match) for matches, _ in wait.cases for match in matches if isinstance(match, str))
    return tuple(dict.fromkeys(match for match in matches if not match.startswith(":")))
