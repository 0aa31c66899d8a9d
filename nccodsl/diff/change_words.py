"""The words for a difference: one sentence, without the way that leads there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nccodsl.base.record import Record
from nccodsl.describe.phrases import Saying, listed, snake
from nccodsl.describe.sentences import SENTENCES
from nccodsl.diff.changes import ANSWERS, REMOVED
from nccodsl.diff.member_changes import ABSENT_MEMBER, MemberChange, member_changes
from nccodsl.diff.noticed import ENDS, FETCH, PLACED, SEND, STOPS, WHISPER, Noticed
from nccodsl.diff.way_words import is_done

_SAY = Saying(None, frozenset())
_HEARD = {"talk": "text", "stream": "streamUrl"}
_IN_SHORT = {
    **{kind: (member,) for kind, member in _HEARD.items()},
    "connect": ("endpoint",),
    "conversation": ("name",),
    "input": ("type",),
    "notify": ("eventUrl",),
    "wait": ("timeout",),
    FETCH: ("url", "method"),
    SEND: ("url", "method"),
    WHISPER: ("ncco",),
}
"""The members that the short sentence of a kind says."""
_MOST_SUMMED = 3
_SUBJECTS = {
    **dict.fromkeys(_HEARD, "heard"),
    "input": "question",
    "connect": "connection",
    "record": "recording",
    FETCH: "request",
    SEND: "request",
    "notify": "request",
    PLACED: "placing",
    WHISPER: "whisper",
    ENDS: "end",
    STOPS: "failure",
}


class Branch(Record):
    """Where an answer leads: the step that only this version reaches (or empty), and what the call does there."""

    step: str
    goal: str


def subject(thing: Noticed) -> str:
    """What a difference is about, in one word."""
    return _SUBJECTS.get(thing.kind, "action")


def short(thing: Noticed) -> str:
    """`says “Hello”`, `fetches https://…`."""
    value: Mapping[str, Any] = thing.value
    match thing.kind:
        case "fetch":
            return f"fetches {'' if value['method'] == 'GET' else value['method'] + ' '}{_SAY.short(value['url'])}"
        case "send":
            return f"sends {value['method']} to {_SAY.short(value['url'])}"
        case "whisper":
            inside = [short(Noticed(str(one.get("action")), one)) for one in value["ncco"]]
            return f"first {listed(inside)} to the callee" if inside else "puts the callee through at once"
        case "placed":
            return "is placed by the script"
        case "ends":
            return "ends here"
        case "stops":
            return f"fails here ({value['code']}: {value['message']})"
        case "stays":
            return "goes on as if nothing happened"
    sentences = SENTENCES.get(thing.kind)
    return sentences.short(_SAY, value) if sentences is not None else f"does {thing.kind} (raw)"


def in_words(old: Noticed | None, new: Noticed | None) -> str:
    """What changed between two things that belong together; None where a version has none."""
    thing = old if new is None else new
    assert thing is not None
    when = f"when {thing.occasion}, " if thing.occasion else ""
    if old is not None and new is not None:
        return when + _changed(old, new)
    now = "no longer" if new is None else "now"
    if thing.kind in _HEARD:
        return f"{when}callers {now} hear {_heard(thing)}"
    return f"{when}the call {now} {short(thing)}"


def summed(things: Sequence[Noticed]) -> str:
    """What a passage does, in a few words."""
    said = [short(thing) for thing in things if thing.kind != ENDS]
    if not said:
        return "ends" if things else "goes on"
    more = [*said[:_MOST_SUMMED], "…"] if len(said) > _MOST_SUMMED else said
    return ", ".join([*more, *(["ends"] if things[-1].kind == ENDS and len(said) < _MOST_SUMMED else [])])


def changed_members(old: Noticed, new: Noticed) -> list[MemberChange]:
    """The members that differ."""
    return list(member_changes(old.value, new.value))


def _changed(old: Noticed, new: Noticed) -> str:
    changes = changed_members(old, new)
    told = _IN_SHORT.get(new.kind, ())
    if new.kind in _HEARD:
        what = _heard(new)
        same = what == _heard(old)
        said = f"callers still hear {what}" if same else f"callers now hear {what} instead of {_heard(old)}"
    elif new.kind == PLACED:
        return f"the call is now placed {listed([_option(one) for one in changes])}"
    else:
        same = short(old) == short(new)
        said = f"the call still {short(new)}" if same else f"the call now {short(new)} (before: {short(old)})"
    rest = [one for one in changes if same or one.path.partition(".")[0] not in told]
    if not rest:
        return said
    options = listed([_option(one) for one in rest])
    return f"{said}, now {options}" if same else f"{said}, {options}"


def _heard(thing: Noticed) -> str:
    value = thing.value.get(_HEARD[thing.kind])
    return _SAY.quoted(value) if thing.kind == "talk" else _SAY.value(value)


def _option(change: MemberChange) -> str:
    name = f"`{'.'.join(map(snake, change.path.split('.')))}`"
    if change.new is ABSENT_MEMBER:
        return f"without {name} (before: {_SAY.short(change.old)})"
    before = "" if change.old is ABSENT_MEMBER else f" (before: {_SAY.short(change.old)})"
    return f"with {name} {_SAY.short(change.new)}{before}"


def branch_in_words(label: str, kind: str, old: Branch, new: Branch) -> str:
    """What becomes of an answer that leads elsewhere, with ANSWERS for it. `kind`: added, removed or changed."""
    does = is_done(label)
    if does and kind == REMOVED and old.step:
        return f"{ANSWERS} no longer reaches `{old.step}`; the call now {new.goal}"
    if does and new.step and kind != REMOVED:
        instead = f" instead of `{old.step}`" if old.step else ""
        return f"{ANSWERS} now reaches `{new.step}`{instead}: the call {new.goal}"
    when = f"{'after' if does else 'when'} {ANSWERS}"
    if kind == REMOVED:
        return f"{when}, the call no longer {old.goal}; it now {new.goal}"
    return f"{when}, the call now {new.goal} (before: {old.goal})"
