"""Every NCCO that a flow may answer with, and which answer leads to which: for servers that are not ours.

An NCCO that is known before the call runs becomes a file; of the others the manifest says what they wait for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from nccodsl.analysis.built_in_names import OF_THE_CALL
from nccodsl.analysis.item_walks import holes_of
from nccodsl.analysis.program import Hole, name_in_script
from nccodsl.lowering.blocks import PASSING, Fork, Wait, followers
from nccodsl.lowering.holes import Failed
from nccodsl.runtime.runnable import Ask, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import AT_WAIT, RETRY, Walk

FORMAT = 1
FILE = "manifest.json"


class _Start:
    """Where an NCCO begins: the members `block` and `start` of a state. `number`: which retry it is, from 1."""

    def __init__(self, name: str, block: str, start: str = "", number: int = 1) -> None:
        self.name = name
        self.block = block
        self.start = start
        self.number = number

    @property
    def retries(self) -> dict[str, int]:
        """The member `retries` of the state."""
        return {self.start.removeprefix(RETRY): self.number} if self.start.startswith(RETRY) else {}


def files_of(script: Runnable, state: State) -> dict[str, bytes]:
    """The files by name: an NCCO each, and the manifest. `state` is that of a call which begins.

    Raises RenderError where a value does not fit.
    """
    files: dict[str, bytes] = {}
    nccos: dict[str, Any] = {}
    # What is done when the call is over is no NCCO.
    handlers = {event: f"on.{event}" for event in sorted(script.handlers) if event != "ended"}
    todo = [_Start(name, name) for name in (script.entry or "", *handlers.values())]
    while todo:
        start = todo.pop(0)
        if start.name in nccos or not start.block:
            continue
        late = sorted({name_in_script(name) or "for" for name in _late(script, start)})
        waits = _waits(script, start)
        described: dict[str, Any] = {"file": None if late else f"{start.name}.json", **_place(script, start)}
        if late:
            described["needs"] = late
        else:
            walk = _walked(script, state, start)
            files[f"{start.name}.json"] = _pretty(json.loads(walk.ncco))
        described["waits"] = []
        for ask in waits:
            ways = list(_ways(script, ask))
            described["waits"].append({"at": ask.name, "for": ask.what, "then": [shown for shown, _ in ways]})
            todo += [way for _, way in ways if way is not None]
        nccos[start.name] = described
    files[FILE] = _pretty(
        {
            "format": FORMAT,
            "script": script.flow.name,
            "version": script.version,
            "url": script.url,
            "entry": script.entry,
            "handlers": handlers,
            "nccos": nccos,
        }
    )
    return files


def _walked(script: Runnable, state: State, start: _Start) -> Walk:
    # A server of files has no moves: the addresses say which wait they are, and nothing else.
    begun = state.changed(block=start.block, start=start.start, retries=start.retries, key="", token="")
    try:
        return Walk(script, begun, strict=True).run()
    except Failed as failure:
        from nccodsl.errors import RenderError

        raise RenderError([script.flow.diagnostic(failure)]) from None


def _place(script: Runnable, start: _Start) -> dict[str, Any]:
    block = script.flow.blocks[start.block]
    file = script.flow.program.sources.file_of(block.span)
    return {"step": block.step, "script": file.name, "line": file.line_column(block.span.start)[0]}


def _reached(script: Runnable, start: _Start) -> Iterator[str]:
    """The blocks that an NCCO may be made of."""
    seen: set[str] = set()
    todo = [start.block]
    while todo:
        name = todo.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name
        todo += followers(script.flow.blocks[name].transition)
        ask = script.blocks[name].ask
        if ask is not None and ask.what == "connect" and ask.completed is not None:
            todo.append(ask.completed)


def _waits(script: Runnable, start: _Start) -> list[Ask]:
    asks = (script.blocks[name].ask for name in _reached(script, start))
    return [ask for ask in asks if ask is not None and ask.what not in PASSING]


def _late(script: Runnable, start: _Start) -> Iterator[str]:
    """What an NCCO needs that only the running call knows."""
    clock = (name for name, _ in script.flow.program.clock)
    names = frozenset((*OF_THE_CALL, "visits")) - script.hidden | script.bound | {*clock} | script.shown
    if start.start.startswith(RETRY):
        asked = script.blocks[start.start.removeprefix(RETRY)].ask
        saying = asked.saying(start.number) if asked is not None else None
        if saying is not None:
            yield from _used([saying.item], names)
            if saying.late:
                yield "voice"
    for let in script.flow.program.lets:
        if isinstance(let.value, Hole):
            yield from (use.name for use in let.value.code.names if use.name in names)
    for name in _reached(script, start):
        block = script.flow.blocks[name]
        transition = block.transition
        if name != start.block or start.start != AT_WAIT:
            yield from _used(block.parts, names)
        if isinstance(transition, Fork):
            yield from (use.name for test, _ in transition.arms for use in test.code.names if use.name in names)
        if isinstance(transition, Wait):
            if transition.item.what in ("fetch", "opt_out", "send") or (
                transition.item.what == "record" and transition.cases
            ):
                yield transition.item.what
            yield from _used([transition.item.action] if transition.item.action is not None else [], names)


def _used(items: Any, names: frozenset[str]) -> Iterator[str]:
    return (use.name for item in items for hole in holes_of(item) for use in hole.code.names if use.name in names)


def _ways(script: Runnable, ask: Ask) -> Iterator[tuple[dict[str, Any], _Start | None]]:
    """The answers to a wait, and where the NCCO of each begins; None where the call ends."""

    def way(name: str | None, **shown: Any) -> tuple[dict[str, Any], _Start | None]:
        return {**shown, "ncco": name}, _Start(name, name) if name else None

    transition = script.flow.blocks[ask.name].transition
    assert isinstance(transition, Wait)
    if ask.what == "fetch":
        yield {"on": ["resume"], "ncco": f"{ask.name}.resume"}, _Start(f"{ask.name}.resume", ask.name, AT_WAIT)
    for matches, target in transition.cases:
        on = [_shown(match) for match in matches]
        if not (ask.what == "connect" and on == ["completed"]):
            yield way(target, on=on)
    if transition.whisper is not None:
        yield way(transition.whisper, whisper=True)
    if ask.choose.type is not None:
        yield way(transition.then, fits=ask.choose.type.wants)
    if transition.retry is not None and len(ask.sayings) < 2:
        name = f"{ask.name}.retry"
        shown = {"retry": transition.retry.times, "ncco": name}
        yield shown, _Start(name, ask.replayed, f"{RETRY}{ask.name}")
    for number in range(1, len(ask.sayings) + 1) if len(ask.sayings) > 1 else ():
        name = f"{ask.name}.retry.{number}"
        yield {"retry": 1, "number": number, "ncco": name}, _Start(name, ask.replayed, f"{RETRY}{ask.name}", number)
    if transition.after_retries is not None:
        yield way(transition.after_retries, after_retries=True)
    if transition.otherwise is not None:
        yield way(transition.otherwise, otherwise=True)
    elif not (ask.what == "input" and ask.choose.has_branches) and ask.what != "fetch":
        yield way(transition.then, otherwise=True)


def _shown(match: object) -> str:
    if isinstance(match, Hole):
        return f"{{{{ {match.code.source} }}}}" if hasattr(match.code, "source") else "{{ … }}"
    return str(match).removeprefix(":")


def _pretty(value: object) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
