"""Flow rules: every step can be reached, every statement can run, every ring can be left, every answer is handled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from nccodsl.analysis import flow_fixes
from nccodsl.analysis.dialogs import entry_of
from nccodsl.analysis.item_walks import bodies, every_body, items_in, walk
from nccodsl.analysis.program import (
    ActionItem,
    AskItem,
    Body,
    BreakItem,
    Case,
    ChoiceItem,
    DialogItem,
    HangupItem,
    Item,
    JumpItem,
    NextItem,
    OutcomeItem,
    StepBody,
    WaitItem,
)
from nccodsl.base.source import SourceFile
from nccodsl.diagnostics import Collector, messages
from nccodsl.diagnostics.collector import MOST
from nccodsl.diagnostics.edits import into_block
from nccodsl.voice.catalogue import catalogue


def check_flow(
    steps: dict[str, StepBody],
    entry: str | None,
    cases: Sequence[Case],
    dialogs: Mapping[str, DialogItem],
    collector: Collector,
    main: SourceFile,
) -> None:
    """Report what E5 forbids, given steps whose statements are already checked.

    An included file may bring unused steps: it may be shared by many scripts.
    """
    jumps = {name: step.body.of(_jumps) for name, step in steps.items()}
    handlers = [jump for handler in cases for jump in handler.body.of(_jumps)]
    lost = [jump for jump in (*handlers, *chain(*jumps.values())) if jump.step not in steps]
    for jump in lost:
        collector.report(messages.names.no_step(jump.step, steps), jump.span)
    for body in every_body(steps, cases):
        for item, dead in body.of(_dead_code):
            fix = flow_fixes.drop(dead, collector.sources)
            loop = isinstance(item, NextItem | BreakItem)
            collector.report(messages.flow.never_runs(item.span, fix, loop=loop), dead[0].span)
    for step in steps.values():
        if step.dialog is not None and not step.body.of(ends):
            outcomes = list(dialogs[step.dialog].outcomes)
            collector.report(messages.dialogs.without_outcome(step.dialog, outcomes), step.span)
        elif not step.body:
            file = collector.sources.file_of(step.span)
            edit = into_block(file, step.whole.end - 1, "hangup") if step.whole is not None else None
            collector.report(messages.flow.empty_step(_shown(step), edit), step.span)
    if lost or entry is None:
        return
    targets = {name: {jump.step for jump in found} for name, found in jumps.items()}
    starts = {jump.step for jump in handlers}
    if not any(":answered" in handler.matches for handler in cases):
        starts.add(entry)  # else the call begins where that handler says
    starts.update(entry_of(name) for name in dialogs)  # a library may have more than the script asks
    _unreachable(steps, starts, targets, collector, main)
    _rings(steps, collector)


def _jumps(body: Body) -> list[JumpItem]:
    return [item for item in body.of(items_in) if isinstance(item, JumpItem)]


def _unreachable(
    steps: dict[str, StepBody],
    starts: set[str],
    targets: dict[str, set[str]],
    collector: Collector,
    main: SourceFile,
) -> None:
    reached: set[str] = set()
    todo = list(starts)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(targets[name])
    if steps.keys() <= reached:
        return
    here = [step for step in steps.values() if collector.sources.file_of(step.span).name == main.name]
    lost = [step for step in here if step.name not in reached]
    open_steps = [
        (step, step.whole)
        for step in here
        if step.name in reached and step.dialog is None and step.whole is not None and not step.body.of(ends)
    ]
    for step in lost[:MOST]:  # each takes a look at all steps
        fixable = step.whole is not None and step.dialog is None
        fix = flow_fixes.reach(step, open_steps, targets, collector.sources) if fixable else None
        collector.report(messages.flow.unreachable_step(_shown(step), fix), step.span)


def _shown(step: StepBody) -> str:
    """What the script calls a step."""
    return step.name if step.dialog is None else step.name.partition(":")[2] or step.dialog


def leaves(item: Item) -> bool:
    """Whether nothing that follows `item` can run: it jumps or hangs up on every path."""
    match item:
        case JumpItem() | HangupItem() | NextItem() | BreakItem() | OutcomeItem():
            return True
        case AskItem():
            return bool(item.cases or item.otherwise) and all(ends(body) for body in bodies(item))
        case ChoiceItem():
            return bool(item.otherwise) and all(ends(body) for body in (*(b for _, b in item.arms), item.otherwise))
        case WaitItem():
            branches = (one.body for one in (*item.cases, item.otherwise, item.retry) if one is not None)
            return _takes_all(item) and all(ends(body) for body in branches if body is not None)
        case _:
            return False


def _takes_all(item: WaitItem) -> bool:
    """Whether a branch is taken whatever comes back, so that nothing goes on behind the statement by itself."""
    match item.what:
        case "input":
            return item.answer is None and any(
                one is not None and one.body is not None for one in (item.otherwise, item.retry)
            )
        case "connect":
            named = {match for case in item.cases for match in case.matches}
            return item.otherwise is not None or named >= {f":{one}" for one in catalogue().outcomes}
        case _:
            return False  # what was fetched, sent or recorded goes on


def ends(body: Body) -> bool:
    """Whether a body never falls through to what stands behind it."""
    return any(leaves(item) for item in body)


def _dead_code(body: Body) -> list[tuple[Item, Sequence[Item]]]:
    """What never runs, with the statement before it that leaves."""
    found: list[tuple[Item, Sequence[Item]]] = []
    todo = [body]
    while todo:
        current = todo.pop()
        for index, item in enumerate(current):
            if leaves(item) and index + 1 < len(current):
                found.append((item, current[index + 1 :]))
                break
        for item in current:
            if isinstance(item, ChoiceItem):
                todo.extend((*(inner for _, inner in item.arms), item.otherwise))
            elif isinstance(item, AskItem):
                todo.extend(bodies(item))
            elif isinstance(item, WaitItem):
                todo.extend(case.body for case in item.cases)
                todo.extend(inner.body for inner in (item.otherwise, item.retry) if inner and inner.body)
            elif not isinstance(item, (ActionItem, JumpItem, HangupItem)) and (inner := getattr(item, "body", None)):
                todo.append(inner)
    return found


def _silent(steps: Mapping[str, StepBody]) -> frozenset[str]:
    """The dialogs that always end with an outcome, and ask the caller nothing before."""
    inner: dict[str, list[Item]] = {}
    for step in steps.values():
        if step.dialog is not None:
            inner.setdefault(step.dialog, []).extend(
                item for item in step.body.of(items_in) if not isinstance(item, OutcomeItem)
            )
    silent = frozenset(inner)
    while loud := {name for name in silent if any(_stops(item, silent) for item in inner[name])}:
        silent -= loud
    return silent


def _stops(item: Item, silent: Collection[str]) -> bool:
    """Whether the caller is asked, or a ring of jumps is left."""
    match item:
        case WaitItem(what=what):
            return what not in ("fetch", "opt_out", "send")
        case AskItem(dialog=dialog):
            return dialog not in silent
        case _:
            return isinstance(item, HangupItem | OutcomeItem)


def _sure_jumps(body: Body, silent: Collection[str]) -> set[str] | None:
    """The steps to one of which a body surely leads, before it asks anything; None where it may end, or ask."""
    found: set[str] = set()
    for item in body:
        if isinstance(item, JumpItem):
            return found | {item.step}
        if any(_stops(one, silent) for one in walk((item,))):
            return None
        found.update(one.step for one in walk((item,)) if isinstance(one, JumpItem))
        if leaves(item):
            return found or None
    return None


def _sure_alone(body: Body) -> set[str] | None:
    """The same where no dialog is silent."""
    return _sure_jumps(body, ())


def _rings(steps: dict[str, StepBody], collector: Collector) -> None:
    """Rings of jumps in which no caller is ever asked: they would run for ever."""
    silent = _silent(steps)
    leads = {
        name: _sure_jumps(step.body, silent) if silent else step.body.of(_sure_alone) for name, step in steps.items()
    }
    following = {name: jumps for name, jumps in leads.items() if jumps is not None}
    before: dict[str, list[str]] = {}
    for name, jumps in following.items():
        for target in jumps:
            before.setdefault(target, []).append(name)
    # A step from which one way leads out of the ring is left by it: take such steps away until none remains.
    todo = [name for name, jumps in following.items() if not jumps <= following.keys()]
    while todo:
        name = todo.pop()
        if following.pop(name, None) is not None:
            todo.extend(before.get(name, ()))
    settled: set[str] = set()
    for start in following:
        path: dict[str, int] = {}
        name = start
        while name not in settled and name not in path:
            path[name] = len(path)
            name = min(following[name])
        if name in path:
            ring = list(path)[path[name] :]
            fix = flow_fixes.leave_ring(ring, steps, collector.sources)
            shown = [_shown(steps[one]) for one in ring]
            collector.report(messages.flow.endless_ring(shown, fix), steps[ring[0]].span)
        settled.update(path)
