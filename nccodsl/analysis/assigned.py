"""Which names the running call has surely brought at each point: a name used too early is E206.

A path is what the flow may do: through every branch, and by every jump. A name counts at a point where each path that
leads there has given it a value (`as`, `set`); what a `fetch` brings counts only where it did not fail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from nccodsl.analysis.answer_parts import MATCHED
from nccodsl.analysis.given_on_paths import GivenOnPaths, KnownWays
from nccodsl.analysis.item_walks import brought, every_item, walk
from nccodsl.analysis.program import (
    AssignItem,
    Case,
    DialogItem,
    StepBody,
    WaitItem,
)
from nccodsl.analysis.typed_answers import VALUE
from nccodsl.diagnostics import Collector, messages


def check_assigned(
    steps: Mapping[str, StepBody],
    entry: str | None,
    handlers: Sequence[Case],
    declared: Iterable[str],
    dialogs: Mapping[str, DialogItem],
    collector: Collector,
    known: KnownWays | None = None,
) -> None:
    """Report E206 for each use of a name that a path to it has not given a value."""
    paths = GivenOnPaths(steps, handlers, frozenset(declared), dialogs, collector.sources, known)
    surely = paths.early(entry, every_path=True)
    if not surely:
        return
    sometimes = paths.early(entry, every_path=False)
    never = {(at, name) for at, name, _ in sometimes}
    beside = _beside(steps, handlers)
    for at, name, given in surely:
        if name.endswith(f".{VALUE}"):
            collector.report(messages.names.unset_value(name, given), at)
        elif name.endswith(f".{MATCHED}"):
            collector.report(messages.names.unset_match(name, given), at)
        elif (at, name) in never and name in beside:
            collector.report(messages.names.known_beside(name, given, recording=beside[name]), at)
        elif (at, name) in never:
            collector.report(messages.names.no_value_yet(name, given), at)
        else:
            file = collector.sources.file_of(at)
            part = file.text.startswith((".", "["), at.end - file.base)
            collector.report(messages.names.maybe_no_value(name, given, part=part), at)


def _beside(steps: Mapping[str, StepBody], handlers: Sequence[Case]) -> dict[str, bool]:
    """The names that only handlers beside the call know, each with whether it is a recording."""
    inner = [case.body for case in handlers if ":ended" in case.matches]
    found: Counter[str] = Counter()
    recordings: set[str] = set()
    for item in every_item(steps, handlers):
        if isinstance(item, WaitItem) and item.what == "record":
            inner += (case.body for case in item.cases)
            found.update([item.binding] if item.binding is not None else ())
            recordings |= {item.binding or ""}
    found.update(item.name for body in inner for item in walk(body) if isinstance(item, AssignItem))
    every = Counter(name for name, _ in brought(steps, handlers))
    return {name: name in recordings for name in found if found[name] == every[name]}
