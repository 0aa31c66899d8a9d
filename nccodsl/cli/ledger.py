"""The journal of calls as people see it: what was looked up, what a person settled, and what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from nccodsl.cli.output import joined, lines_of, print_out
from nccodsl.client.call_journal import SHORT_ID, CallJournal
from nccodsl.client.intents import OPEN, Intent
from nccodsl.client.results import Call
from nccodsl.client.settlement import Settled, settle_by_hand

_HIDDEN = ("fingerprint", "pid", "started", "boot", "ticks", "ahead_least", "ahead_most", "lasted")
_BECAME = {
    "placed": "placed",
    "pending": "being placed, or interrupted",
    "unknown": "unknown: sent, but not answered",
    "absent": "absent: never placed",
    "unsent": "not sent: unreachable",
    "refused": "refused",
}
"""What a state means."""


def looked_up(settled: Sequence[Settled], row: Callable[[Call], str], as_json: bool) -> int:
    """Print what was found out; the exit code. `row` makes a line of a call."""
    if as_json:
        print_out(
            [
                {
                    "intent": one.intent.id,
                    "reference": one.intent.reference,
                    "to": one.intent.callee,
                    "state": one.state,
                    "why": one.why,
                    "calls": [call.to_json() for call in one.calls],
                }
                for one in settled
            ]
        )
    else:
        lines: list[str] = []
        for one in settled:
            lines.append(joined(f"{one.intent.callee:<16} {one.state:<8} {name(one.intent)}: {one.why}"))
            if one.state in OPEN:
                lines += [joined("    ", row(call)) for call in one.calls]
        print_out(lines_of(lines) or "nothing to reconcile")
    return 3 if any(one.state in OPEN for one in settled) else 0


def settled_by_hand(journal: CallJournal, word: str, state: str, uuid: str | None, as_json: bool) -> None:
    """Record by hand whether a call was placed, and print the result. Raises VoiceError."""
    intent = settle_by_hand(journal, word, state, user(), uuid)
    if as_json:
        print_out(_object(intent))
        return
    then = "it will not be dialled again" if state == "placed" else "it can be dialled again"
    print_out(f"Recorded the call to {intent.callee} ({name(intent)}) as {state}: {then}.")


def listed(intents: Iterable[Intent], as_json: bool) -> None:
    """Print what the journal holds."""
    if as_json:
        print_out([_object(one) for one in intents])
        return
    print_out(lines_of(map(_line, intents)) or "No calls were placed from this machine.")


def name(intent: Intent) -> str:
    """What a person calls an intent: its reference, or the beginning of its id."""
    return intent.reference or intent.id[:SHORT_ID]


def user() -> str:
    """Who gives the command."""
    import getpass
    import os

    try:
        return getpass.getuser()
    except (OSError, ImportError, KeyError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def _line(intent: Intent) -> str:
    became = _BECAME.get(intent.state, intent.state)
    if intent.state == "refused" and intent.detail:
        became += f" ({intent.detail})"
    if intent.uuid:
        became += f" as {intent.uuid}"
    if intent.settled_by is not None:
        became += f", recorded by {intent.settled_by} at {_time(intent.settled_at or 0)}"
    return joined(f"{_time(intent.created_at)}  {intent.callee:<15}  {name(intent):<20}  {became}")


def _object(intent: Intent) -> dict[str, object]:
    """An intent as JSON has it; `clock_offset`: seconds by which the server's clock was ahead, null if unknown."""
    shown = {field: getattr(intent, field) for field in intent._fields if field not in _HIDDEN}
    ahead = intent.ahead
    known = ahead is not None and ahead.usable
    return {**shown, "clock_offset": round((ahead.least + ahead.most) / 2, 1) if known and ahead else None}


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")
