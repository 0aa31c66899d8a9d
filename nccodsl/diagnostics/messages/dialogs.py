"""Dialogs: what they are asked with, how they end, and where they are asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean, one_of


def no_dialog(name: str, known: Collection[str]) -> Message:
    help = did_you_mean(name, known) or f"add `dialog {name}() -> done {{ … }}`, or include the file that has it"
    return Message("E213", f"there is no dialog `{name}`", help)


def no_target(name: str, dialog: str, known: Sequence[str], *, step: bool) -> Message:
    """`step`: the script has a step of that name."""
    help = did_you_mean(name, known) or one_of(known)
    if step:
        return Message("E201", f"the step `{name}` cannot be reached from inside the dialog `{dialog}`", help)
    return Message("E201", f"the dialog `{dialog}` has neither an outcome nor a step `{name}`", help)


def returned_outside(name: str) -> Message:
    return Message("E505", f"`-> {name}(…)` returns values, which only a dialog can do", f"write `-> {name}`")


def not_known(name: str, dialog: str, known: Collection[str]) -> Message:
    text = f"`{name}` is not known in the dialog `{dialog}`"
    return Message("E602", text, lambda: did_you_mean(name, known) or f"make it a param of the dialog: `{name}: text`")


# ---- params and returned values


def no_such_value(owner: str, name: str, known: Collection[str]) -> Message:
    """`owner`: the dialog, or its outcome, in words."""
    help = did_you_mean(name, known) or (one_of(sorted(known)) if known else "remove it")
    return Message("E204", f"{owner} takes no `{name}`", help)


def value_missing(owner: str, name: str, kind: str) -> Message:
    return Message("E211", f"{owner} needs `{name}`, which is {_a(kind)}", f"add `{name}=…`")


def value_misfit(name: str, reason: str) -> Message:
    return Message("E315", f"`{name}` does not fit its type: {reason}", "make the value or the type right")


def hours_wanted(name: str, known: Collection[str]) -> Message:
    example = next(iter(known), "office")
    return Message("E315", f"`{name}` must be opening hours", f"write `{name}={{{{ {example} }}}}`")


def hours_by_default() -> Message:
    return Message("E301", "opening hours have no default", "remove the default, and give the hours in each `ask`")


# ---- names of a dialog


def name_twice(name: str, first: Span) -> Message:
    labels = ((first, "first declared here"),)
    return Message("E205", f"`{name}` is declared twice in this dialog", "rename one of the two", labels)


def two_dialogs(name: str, first: Span) -> Message:
    return Message("E205", f"there are two dialogs `{name}`", "rename one of the two", ((first, "the first one"),))


def two_types(name: str, first: Span) -> Message:
    labels = ((first, "the first type"),)
    return Message("E205", f"`{name}` has another type in another outcome", "give it one type, or two names", labels)


def again_is_taken() -> Message:
    return Message("E205", "`again` is already the way to restart a dialog", "write another name")


# ---- the flow


def outcome_unhandled(dialog: str, lost: Sequence[str]) -> Message:
    listed = ", ".join(f"`{one}`" for one in lost)
    text = f"this `ask` does not handle {listed} of the dialog `{dialog}`"
    return Message("E504", text, f"add `on {', '.join(lost)}` or `otherwise`")


def without_outcome(dialog: str, outcomes: Sequence[str]) -> Message:
    text = f"a path through the dialog `{dialog}` ends without an outcome"
    return Message("E512", text, f"end it with `-> {outcomes[0]}`, another outcome, or `hangup`")


def asks_itself(ring: Sequence[str], spans: Sequence[Span]) -> Message:
    """`spans`: where each of the ring asks the next one."""
    text = f"the dialog `{ring[0]}` asks itself: {' asks '.join(f'`{one}`' for one in (*ring, ring[0]))}"
    labels = tuple((span, f"`{one}` asks here") for one, span in zip(ring[1:], spans[1:], strict=True))
    return Message("E513", text, "restart a dialog with `-> again`", labels)


def too_many_uses(most: int) -> Message:
    text = f"the dialogs of this script are asked in more than {most:,} places, counting those inside each other"
    return Message("E514", text, "use steps for what follows, and ask fewer dialogs inside dialogs")


def _a(kind: str) -> str:
    if kind == "hours":
        return "opening hours"
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"
