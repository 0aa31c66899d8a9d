"""What an editor says of a place in its calls: what callers have heard, how a step is reached, what ends an input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nccodsl.analysis.item_walks import action_of, every_item
from nccodsl.base.source import Span
from nccodsl.editor.call_times import (
    most_keys,
    seconds_between_keys,
    seconds_of_silence,
    silence_after_speech,
    takes,
)
from nccodsl.editor.document import Document
from nccodsl.editor.explored_calls import explored_calls
from nccodsl.editor.explored_stops import HeardStatement, heard_before
from nccodsl.editor.hints_of_calls import reached_in_words, ways_in_words
from nccodsl.editor.live_flow import can_run
from nccodsl.emulator.core.option_values import member_option
from nccodsl.syntax import ast
from nccodsl.voice.problems import holds_unknown

MOST_LINES = 12
"""What is shown of what was heard: the last of it."""


def about_calls(document: Document, path: list[ast.Node], at: int) -> str:
    """What calls make of the statement or the name at the end of a path of nodes; empty where there is nothing to say.

    `at`: where the word begins on the number line of the nodes.
    """
    for node in path[-2:]:
        if isinstance(node, ast.Action | ast.Connect | ast.Input | ast.RecordAction) and node.span.start == at:
            return _about_statement(document, node)
    name = path[-1] if path else None
    above = path[-2] if len(path) > 1 else None
    if isinstance(name, ast.Name) and isinstance(above, ast.Step | ast.Dialog | ast.Goto | ast.Ask):
        dialog = next((node.name.text for node in path[:-2] if isinstance(node, ast.Dialog)), "")
        return _about_step(document, name.text, dialog)
    return ""


def _about_step(document: Document, name: str, dialog: str) -> str:
    calls = explored_calls(document)
    inside = f"{dialog}:{name}" if dialog else ""
    arrivals = (calls.steps.get(inside) or calls.steps.get(name)) if calls is not None else None
    if calls is None or arrivals is None:
        return ""
    said = reached_in_words(calls, arrivals)
    return f"**{said[:1].upper()}{said[1:]}**\n\n{ways_in_words(calls, arrivals)}"


def _about_statement(document: Document, node: ast.Node) -> str:
    calls = explored_calls(document)
    heard = calls.statements.get(node.span) if calls is not None else None
    parts = []
    if isinstance(node, ast.Input):
        action = heard.stop.actions[heard.number][0] if heard is not None else _constant(document, node.span)
        parts = list(_about_input(action, heard)) if action is not None else []
    if heard is not None:
        parts += ["", *_heard(heard)]
    return "\n".join(parts).strip()


def _constant(document: Document, span: Span) -> dict[str, Any] | None:
    """The action of an `input` that no explored call came to, where it depends on no value."""
    if not can_run(document):
        return None
    program = document.checked.program
    actions = (action_of(item) for item in every_item(program.steps, program.handlers))
    found = next((one for one in actions if one is not None and one.span == span), None)
    return found.draft if found is not None and not holds_unknown(found.draft) else None


def _about_input(action: dict[str, Any], heard: HeardStatement | None) -> Iterator[str]:
    """When an input has enough, and whether what is said before can be interrupted."""
    if action.get("mode") == "asynchronous":
        return
    if takes(action, "dtmf"):
        most = most_keys(action)
        ends = f"after {most} keys" if most > 1 else "with the first key"
        hash_ends = ", with `#`" if member_option(action, "dtmf", "submitOnHash") else ""
        pause = f" or {seconds_between_keys(action):g} s after the last key" if most > 1 else ""
        yield f"- Keys: it ends {ends}{hash_ends}{pause}"
    if takes(action, "speech"):
        longest = float(member_option(action, "speech", "maxDuration"))
        yield f"- Speech: it ends {silence_after_speech(action):g} s after the last word, at most after {longest:g} s"
    yield f"- Silence: it ends after {seconds_of_silence(action):g} s"
    if heard is not None and heard.before:
        early = any(one.get("bargeIn") for one in heard.before)
        yield f"- Barge-in: an answer {'interrupts' if early else 'does not interrupt'} what is said before"


def _heard(heard: HeardStatement) -> list[str]:
    """What was heard and done on the quickest way to a statement."""
    lines = [
        f"- {at:.0f} s {f'*{words}*' if kind == 'does' else words}"
        for at, kind, words in heard_before(heard.stop, heard.number)
    ]
    if not lines:
        return ["Callers have heard nothing so far."]
    left_out = ["- …"] * (len(lines) > MOST_LINES)
    return [f"**Heard so far**, {heard.at:.0f} s into the quickest call:", "", *left_out, *lines[-MOST_LINES:]]
