"""Flow rules: every step can be reached, every statement can run, every ring can be left, every answer is handled."""

from __future__ import annotations

from nccodsl.analysis.program import (
    ActionItem,
    Body,
    CallItem,
    ChoiceItem,
    HangupItem,
    Item,
    JumpItem,
    StepBody,
    WaitItem,
    walk,
)
from nccodsl.diagnostics import Collector, did_you_mean


def check_flow(steps: dict[str, StepBody], entry: str | None, call: CallItem | None, collector: Collector) -> None:
    """Report what E5 forbids, given steps whose statements are already checked."""
    jumps = {name: _jumps(step.body) for name, step in steps.items()}
    handlers = [jump for handler in (call.handlers if call else ()) for jump in _jumps(handler.body)]
    known = True
    for jump in [*handlers, *(jump for found in jumps.values() for jump in found)]:
        if jump.step not in steps:
            known = False
            collector.report(
                "E201",
                jump.span,
                f"there is no step `{jump.step}`",
                help=did_you_mean(jump.step, steps) or f"declare it: step {jump.step} {{ … }}",
            )
    for step in steps.values():
        _dead_code(step.body, collector)
    if not known or entry is None:
        return
    targets = {name: {jump.step for jump in found} for name, found in jumps.items()}
    _unreachable(steps, {entry, *(jump.step for jump in handlers)}, targets, collector)
    _rings(steps, collector)


def _jumps(body: Body) -> list[JumpItem]:
    return [item for item in walk(body) if isinstance(item, JumpItem)]


def _unreachable(
    steps: dict[str, StepBody], starts: set[str], targets: dict[str, set[str]], collector: Collector
) -> None:
    reached: set[str] = set()
    todo = list(starts)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(targets[name])
    for name, step in steps.items():
        if name not in reached:
            collector.report(
                "E501",
                step.span,
                f"no path leads to the step `{name}`",
                help=f"go there with `-> {name}`, or remove the step",
            )


def leaves(item: Item) -> bool:
    """Whether nothing that follows `item` can run: it jumps or hangs up on every path."""
    match item:
        case JumpItem() | HangupItem():
            return True
        case ChoiceItem():
            return bool(item.otherwise) and all(ends(body) for body in (*(b for _, b in item.arms), item.otherwise))
        case WaitItem():
            if not item.cases or item.otherwise is None:
                return False
            retry_ends = item.retry is None or item.retry.body is None or ends(item.retry.body)
            return retry_ends and all(ends(body) for body in (*(c.body for c in item.cases), item.otherwise))
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
                dead = current[index + 1]
                collector.report(
                    "E502",
                    dead.span,
                    "this can never run: the flow has left before it",
                    labels=((item.span, "here it leaves"),),
                )
                break
        for item in current:
            if isinstance(item, ChoiceItem):
                todo.extend((*(inner for _, inner in item.arms), item.otherwise))
            elif isinstance(item, WaitItem):
                todo.extend(case.body for case in item.cases)
                todo.extend(inner for inner in (item.otherwise, item.retry.body if item.retry else None) if inner)
            elif not isinstance(item, (ActionItem, JumpItem, HangupItem)) and (inner := getattr(item, "body", None)):
                todo.append(inner)


def _sure_jump(body: Body) -> str | None:
    """The step a body surely goes to without having waited for anybody, or None."""
    for item in body:
        if isinstance(item, JumpItem):
            return item.step
        if isinstance(item, WaitItem) or leaves(item):
            return None
    return None


def _rings(steps: dict[str, StepBody], collector: Collector) -> None:
    """Rings of jumps in which no caller is ever asked: they would run for ever."""
    following = {name: _sure_jump(step.body) for name, step in steps.items()}
    settled: set[str] = set()
    for start in steps:
        path: dict[str, int] = {}
        name: str | None = start
        while name is not None and name not in settled and name not in path:
            path[name] = len(path)
            name = following[name]
        if name is not None and name in path:
            ring = list(path)[path[name] :]
            collector.report(
                "E503",
                steps[ring[0]].span,
                f"nobody can leave this ring of steps: {' → '.join((*ring, ring[0]))}",
                help="ask the caller something with `input`, or end a step with `hangup`",
            )
        settled.update(path)
