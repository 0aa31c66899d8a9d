"""Calls that are in flight when a script changes: what becomes of one that stands at a recorded place. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nccodsl.analysis.item_walks import holes_of
from nccodsl.analysis.program import Hole, name_in_script
from nccodsl.base.source import Span
from nccodsl.lowering.blocks import Fork, Wait, followers
from nccodsl.rehearsal.compare import BROKEN, DIFFERENT, Outcome, Stopped
from nccodsl.rehearsal.recorded import RecordedRun, moment_of, segments_of
from nccodsl.rehearsal.replayer import Replayer
from nccodsl.runtime.history import Entry
from nccodsl.runtime.path import PathMark, Paths
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State

MOST_FOLLOWED = 40
"""Answers behind a place that are played from there; a longer call is followed from its later places."""


def standing(run: RecordedRun) -> Iterator[int]:
    """The numbers of the entries after which the call waited for something; any other only comes to its end."""
    return (
        number
        for number, entry in enumerate(run.entries)
        if entry.position is not None and (entry.resumes or any(mark.waits for mark in entry.path))
    )


def continued(script: Runnable, paths: Paths, run: RecordedRun, number: int, now: State | None) -> Outcome:
    """What becomes of the call after an entry if the script goes on from the state that was kept then.

    `now` is where a call of the script itself would be there; None where that is not known.
    """
    player = Replayer(script, paths)
    return player.outcome(_continued(player, run, number, now))


def _continued(player: Replayer, run: RecordedRun, number: int, now: State | None) -> Iterator[None]:
    entry = run.entries[number]
    position = entry.position
    assert position is not None
    where = _where(entry)
    script = player.script
    if position.block not in script.blocks or (position.start not in ("", "wait") and _retried(script, position.start)):
        raise Stopped(BROKEN, f"{where}: the script no longer has that name")
    state = player.known.take(run.entries[0] if run.whole else None, position, position.names)
    state = player.brought(state.changed(now=moment_of(entry)), entry.fetched)
    player.stand(state, entry)
    _check_waits(player, entry, where)
    _check_names(player, state, now, where)
    yield
    yield from player.rest(segments_of(run.entries[number + 1 :])[:MOST_FOLLOWED])


def _retried(script: Runnable, start: str) -> bool:
    name = start.removeprefix("retry ")
    ask = script.blocks[name].ask if name in script.blocks else None
    return ask is None or not ask.times


def _check_waits(player: Replayer, entry: Entry, where: str) -> None:
    """The addresses that the platform was given name waits: they must still be there, and mean the same."""
    now = {mark.at: mark for mark in player.new if mark.waits}
    for was in (mark for mark in entry.path if mark.waits):
        found = now.get(was.at)
        if found is None or found.kind != was.kind:
            there = player.paths.wait(was.at)
            other = there is not None and there.kind != was.kind
            instead = f": it now has {_kind(there)} there (line {there.line})" if there is not None and other else ""
            raise Stopped(
                BROKEN,
                f"{where}: the script does not reach that {was.kind} from there{instead}",
                _span(player, there),
            )
        if found.binds != was.binds:
            message = f"the answer is now {_name(found.binds)}; it was {_name(was.binds)}"
            raise Stopped(DIFFERENT, f"{where}: {message}", player.paths.span(found))
    if entry.resumes and entry.resumes not in player.script.blocks:
        raise Stopped(BROKEN, f"{where}: the script no longer has that name")
    for number, (was, mark) in enumerate(zip(entry.path, player.new, strict=False)):
        if not player.compared.same(was, mark):
            raise player.compared.difference(where, was, mark, entry.path[:number])


def _check_names(player: Replayer, state: State, now: State | None, where: str) -> None:
    """What the script has brought by then, and reads later, a call of the old script may not have."""
    if now is None:
        return
    missing = _parts_of(now) - _parts_of(state)
    for name, span in _read_behind(player.script, state.block):
        if name in missing:
            line = player.paths.line(span)
            raise Stopped(
                BROKEN,
                f"{where}: `{name_in_script(name) or 'for'}` has no value in this call, but line {line} reads it",
                span,
            )


def _parts_of(state: State) -> set[str]:
    """The names of a call, and their members: an answer has a value only if a type was asked for."""
    members = {f"{name}.{one}" for name, value in state.names.items() if isinstance(value, Mapping) for one in value}
    return {*state.names, *members}


def _wanted(hole: Hole) -> Iterator[tuple[str, Span]]:
    """The names in a template that have to have a value, and the members that are read of them."""
    for use in hole.code.names:
        if not use.optional:
            yield use.name, hole.span
            if use.attributes and not use.optional_member:
                yield f"{use.name}.{use.attributes[0]}", hole.span


def _read_behind(script: Runnable, start: str) -> Iterator[tuple[str, Span]]:
    """The names that are read from a block on, where a value is wanted."""
    blocks = script.flow.blocks
    todo, seen = [start], {start}
    while todo:
        block = blocks[todo.pop()]
        items = [*block.parts]
        further = list(followers(block.transition))
        match block.transition:
            case Fork(arms):
                yield from (one for test, _ in arms for one in _wanted(test))
            case Wait(item=item, cases=cases, after_retries=after, otherwise=rest, then=then):
                yield from (one for hole in holes_of(item) for one in _wanted(hole))
                further += [*(target for _, target in cases), *(one for one in (after, rest, then) if one)]
        for part in items:
            yield from (one for hole in holes_of(part) for one in _wanted(hole))
        todo += [name for name in dict.fromkeys(further) if name not in seen]
        seen.update(further)


def _where(entry: Entry) -> str:
    """Where the call stands, in the words of the recorded script."""
    mark = next((mark for mark in reversed(entry.path) if mark.waits), None)
    mark = mark or (entry.path[-1] if entry.path else None)
    if mark is None or not mark.line:
        return "at its end"
    return f"at the {mark.kind if mark.waits else 'place'} of line {mark.line}" + (
        f" (step {mark.name})" if mark.waits and not mark.name.startswith("on.") else ""
    )


def _kind(mark: PathMark | None) -> str:
    return f"an {mark.kind}" if mark is not None and mark.kind == "input" else f"a {mark.kind}" if mark else "nothing"


def _name(name: str) -> str:
    return f"`{name}`" if name else "unnamed"


def _span(player: Replayer, mark: PathMark | None) -> Span | None:
    return player.paths.span(mark) if mark is not None else None
