"""Flow rules: every step can be reached, every statement can run, every ring can be left, every answer is handled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from nccodsl.analysis import flow_fixes
from nccodsl.analysis.item_walks import bodies, every_body, walk
from nccodsl.analysis.program import (
    ActionItem,
    Body,
    BreakItem,
    Case,
    ChoiceItem,
    HangupItem,
    Item,
    JumpItem,
    LoopItem,
    NextItem,
    StepBody,
    WaitItem,
)
from nccodsl.base.source import SourceFile
from nccodsl.diagnostics import Collector, messages
from nccodsl.diagnostics.collector import MOST
from nccodsl.diagnostics.edits import into_block


def check_flow(
    steps: dict[str, StepBody], entry: str | None, cases: Sequence[Case], collector: Collector, main: SourceFile
) -> None:
    """Report what E5 forbids, given steps whose statements are already checked.

    An included file may bring unused steps: it may be shared by many scripts.
    """
    jumps = {name: _jumps(step.body) for name, step in steps.items()}
    handlers = [jump for handler in cases for jump in _jumps(handler.body)]
    lost = [jump for jump in (*handlers, *chain(*jumps.values())) if jump.step not in steps]
    for jump in lost:
        collector.report(messages.names.no_step(jump.step, steps), jump.span)
    for body in every_body(steps, cases):
        _dead_code(body, collector)
    for step in steps.values():
        if not step.body:
            file = collector.sources.file_of(step.span)
            edit = into_block(file, step.whole.end - 1, "hangup") if step.whole is not None else None
            collector.report(messages.flow.empty_step(step.name, edit), step.span)
    if lost or entry is None:
        return
    targets = {name: {jump.step for jump in found} for name, found in jumps.items()}
    starts = {jump.step for jump in handlers}
    if not any(":answered" in handler.matches for handler in cases):
        starts.add(entry)  # else the call begins where that handler says
    _unreachable(steps, starts, targets, collector, main)
    _rings(steps, collector)


def _jumps(body: Body) -> list[JumpItem]:
    return [item for item in walk(body) if isinstance(item, JumpItem)]


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
    here = [step for step in steps.values() if collector.sources.file_of(step.span) is main]
    lost = [step for step in here if step.name not in reached]
    if not lost:
        return
    open_steps = [
        (step, step.whole) for step in here if step.name in reached and step.whole is not None and not ends(step.body)
    ]
    for step in lost[:MOST]:  # each takes a look at all steps
        fix = flow_fixes.reach(step, open_steps, targets, main) if step.whole is not None else None
        collector.report(messages.flow.unreachable_step(step.name, fix), step.span)


def leaves(item: Item) -> bool:
    """Whether nothing that follows `item` can run: it jumps or hangs up on every path."""
    match item:
        case JumpItem() | HangupItem() | NextItem() | BreakItem():
            return True
        case ChoiceItem():
            return bool(item.otherwise) and all(ends(body) for body in (*(b for _, b in item.arms), item.otherwise))
        case WaitItem():
            if not item.cases or item.otherwise is None:
                return False
            retry_ends = item.retry is None or item.retry.body is None or ends(item.retry.body)
            return retry_ends and all(ends(case.body) for case in (*item.cases, item.otherwise))
        case _:
            return False


def ends(body: Body) -> bool:
    """Whether a body never falls through to what stands behind it."""
    return any(leaves(item) for item in body)


def _dead_code(body: Body, collector: Collector) -> None:
    todo = [body]
    while todo:
        current = todo.pop()
        for index, item in enumerate(current):
            if leaves(item) and index + 1 < len(current):
                fix = flow_fixes.drop(current[index + 1 :], collector.sources)
                loop = isinstance(item, NextItem | BreakItem)
                collector.report(messages.flow.never_runs(item.span, fix, loop=loop), current[index + 1].span)
                break
        for item in current:
            if isinstance(item, ChoiceItem):
                todo.extend((*(inner for _, inner in item.arms), item.otherwise))
            elif isinstance(item, WaitItem):
                todo.extend(case.body for case in item.cases)
                todo.extend(inner.body for inner in (item.otherwise, item.retry) if inner and inner.body)
            elif not isinstance(item, (ActionItem, JumpItem, HangupItem)) and (inner := getattr(item, "body", None)):
                todo.append(inner)


def _asks(item: WaitItem) -> bool:
    """Whether it asks the caller, or the person who is called."""
    return item.what not in ("fetch", "opt_out", "send")


def _sure_jumps(body: Body) -> set[str] | None:
    """The steps to one of which a body surely leads, before it asks anything; None where it may end."""
    found: set[str] = set()
    for item in body:
        match item:
            case JumpItem():
                return found | {item.step}
            case HangupItem():
                return None
            case WaitItem() if _asks(item):
                return None
            case LoopItem():
                # Its list may be empty.
                inside = list(walk(item.body))
                if any(isinstance(one, HangupItem) or (isinstance(one, WaitItem) and _asks(one)) for one in inside):
                    return None
                found.update(one.step for one in inside if isinstance(one, JumpItem))
            case WaitItem() | ChoiceItem():
                if any(isinstance(one, HangupItem) for one in walk((item,))):
                    return None
                inner = [_sure_jumps(one) for one in bodies(item)]
                if leaves(item):
                    return None if None in inner else found.union(*(one for one in inner if one is not None))
                found.update(*(one for one in inner if one is not None))
    return None


def _rings(steps: dict[str, StepBody], collector: Collector) -> None:
    """Rings of jumps in which no caller is ever asked: they would run for ever."""
    following = {name: jumps for name, step in steps.items() if (jumps := _sure_jumps(step.body)) is not None}
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
            collector.report(messages.flow.endless_ring(ring, fix), steps[ring[0]].span)
        settled.update(path)
