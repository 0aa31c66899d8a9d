"""The only place where a flow moves: an event takes it from one state to the next, and says what the platform plays.

Pure and deterministic. The same event twice gives the same answer and moves once; an old event never moves it back.
"""

from __future__ import annotations

from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import handler_block
from nccodsl.lowering.holes import Failed
from nccodsl.runtime.call_facts import informed, leg_of
from nccodsl.runtime.event import Event
from nccodsl.runtime.events_beside import FAILED_CALLS, ended
from nccodsl.runtime.match import heard
from nccodsl.runtime.runnable import CONNECT_EVENTS, DISCONNECTED, Ask, Runnable
from nccodsl.runtime.state import State, plain
from nccodsl.runtime.tags import noted
from nccodsl.runtime.walk import AT_WAIT, RETRY, Walk

EMPTY = b"[]"
"""The NCCO that ends a call."""


def advance(flow: Runnable, state: State | None, event: Event) -> tuple[State, bytes | None]:
    """The state after an event, and the NCCO that answers it, as compact JSON; None without an answer.

    If `State.pending` is set, the NCCO needs the JSON at an address: fetch it, and call `advance` again with the event
    `fetched`. Without a state, the call begins. Raises RenderError if a value does not fit the script, a name has no
    value, or a fetch fails without `on error` (FlowFailed). The call has not moved then.
    """
    try:
        return _advance(flow, state, event)
    except Failed as failure:
        raise RenderError([flow.flow.diagnostic(failure)]) from None


def play(flow: Runnable, state: State) -> Walk:
    """The NCCO that the flow is playing. Raises RenderError."""
    try:
        return Walk(flow, state).run()
    except Failed as failure:
        raise RenderError([flow.flow.diagnostic(failure)]) from None


def begin(flow: Runnable, event: Event) -> State:
    """The state of a call that begins. Raises RenderError, Failed."""
    converted = flow.flow.binder.convert({**flow.values, **event.values})
    values = {name: plain(value) for name, value in converted.items()}
    state = State(
        version=flow.version,
        key=event.key,
        block=flow.entry or "",
        token=event.token,
        values=values,
        seal=event.seal,
        bare=event.bare,
        bare_outside=event.bare_outside,
        now=_moment(flow, event),
    )
    return informed(state, event)


def _moment(flow: Runnable, event: Event) -> float:
    """When an event moves the flow, as far as the script reads the clock."""
    return event.received if flow.flow.reads_clock else 0.0


def _advance(flow: Runnable, state: State | None, event: Event) -> tuple[State, bytes | None]:
    if state is None:
        state = begin(flow, event)
        if event.kind == "answer":
            return _answered(state, Walk(flow, state).run())
        if event.moves is None and event.at in flow.blocks and event.at not in Walk(flow, state).run(event.at).waits:
            # It was in an NCCO that was compiled beforehand, and that another program has answered with.
            state = state.changed(block=event.at)
            if event.kind == "resume":
                state = state.changed(start=AT_WAIT)
                return _answered(state, Walk(flow, state).run())
    elif state.ended:
        # What comes late, or once more, finds the call over.
        return state, None
    else:
        state = informed(state, event)
    match event.kind:
        case "answer":
            # A repeated request for the NCCO gets what the flow is playing.
            return _answered(state, Walk(flow, state).run())
        case "fetched":
            result = (Walk(flow, state).run().at, *event.fetched)
            state = state.changed(fetched=(*state.fetched, result), pending=None)
            return _answered(state, Walk(flow, state).run())
        case "status":
            return _status(flow, state, event)
        case _:
            return _came_back(flow, state, event)


def _answered(state: State, walk: Walk) -> tuple[State, bytes | None]:
    if walk.pending is not None:
        return state.changed(pending=walk.pending), None
    if walk.cuts or walk.misfits or walk.sends or walk.opt_outs:
        state = state.changed(cut=walk.told(), sends=tuple(walk.sends), opt_outs=tuple(walk.opt_outs))
    return state, walk.ncco


def _came_back(flow: Runnable, state: State, event: Event) -> tuple[State, bytes | None]:
    """An answer to a wait."""
    failed = event.kind == "connect"
    if failed and event.payload.get("status") not in CONNECT_EVENTS:
        return state, None
    mark = _mark(event)
    state = noted(state, event.proof, state.moves if event.moves is None else event.moves, event.received)
    if event.moves not in (None, state.moves):
        if event.moves == state.moves - 1 and mark == state.last:
            return _answered(state, Walk(flow, state).run())
        return state, None
    walk = Walk(flow, state).run("" if event.kind == "resume" else event.at, silent=True)
    ask = _asked(flow, walk, event)
    if ask is None or walk.pending is not None:
        # Without a move in the address, what answered the last wait may be known by its name.
        if event.moves is None and mark == state.last and mark:
            return _answered(state, Walk(flow, state).run())
        return state, None
    if failed and event.payload["status"] == DISCONNECTED and ask.choose.outcome(DISCONNECTED) is None:
        return state, None  # the conversation is over, and the NCCO goes on
    target, start = _target(ask, walk, event)
    if start.startswith(RETRY):
        walk.retries[ask.name] = walk.retries.get(ask.name, 0) + 1
    elif ask.name in walk.retries:
        del walk.retries[ask.name]
    return _moved(flow, state, walk, target, start, event, last=mark)


def _mark(event: Event) -> str:
    """What an answered event is remembered by: another failure of the same leg, or another leg, is another event."""
    if event.kind == "connect":
        return f"{event.at}.{event.payload.get('status')}.{leg_of(event)}"
    return f"{event.at}.resume" if event.kind == "resume" else event.at


def _asked(flow: Runnable, walk: Walk, event: Event) -> Ask | None:
    """The wait that an event answers; None where the flow does not wait for such an event there."""
    if event.kind == "resume":
        return flow.blocks[walk.resumes].ask if walk.resumes and walk.resumes == event.at else None
    ask = flow.blocks[walk.at].ask if walk.at and walk.at == event.at and walk.at != walk.resumes else None
    return ask if ask is not None and ask.what == event.kind else None


def _target(ask: Ask, walk: Walk, event: Event) -> tuple[str, str]:
    """The block to go on at (empty: the call ends), and how it begins."""
    choose = ask.choose
    if event.kind == "resume":
        return ask.name, AT_WAIT
    if ask.what == "connect":
        return choose.outcome(str(event.payload.get("status"))) or choose.otherwise or ask.then or "", ""
    given = heard(event.payload)
    known = given.bound()
    if ask.binding is not None:
        walk.scope[ask.binding] = known
    if not choose.has_branches:
        return ask.then or "", ""
    taken = choose.answer(given, walk.scope)
    if taken is not None:
        if ask.binding is not None:
            walk.scope[ask.binding] = {**known, **taken.known}
        return taken.target or "", ""
    if walk.retries.get(ask.name, 0) < ask.times:
        return ask.replayed, f"{RETRY}{ask.name}"
    return (choose.after_retries if ask.times else None) or choose.otherwise or ask.then or "", ""


def _moved(
    flow: Runnable,
    state: State,
    walk: Walk,
    block: str,
    start: str,
    event: Event,
    *,
    last: str,
    handled: tuple[str, ...] | None = None,
) -> tuple[State, bytes | None]:
    state = state.changed(
        block=block,
        start=start,
        last=last,
        moves=state.moves + 1,
        names={name: plain(value) for name, value in walk.names().items()},
        visits=walk.visits,
        retries=walk.retries,
        voice=walk.voice(),
        fetched=(),
        sends=(),
        opt_outs=(),
        handled=state.handled if handled is None else handled,
        step="" if block else walk.step,
        now=_moment(flow, event),
    )
    if not block:
        return state, EMPTY
    return _answered(state, Walk(flow, state).run())


def _status(flow: Runnable, state: State, event: Event) -> tuple[State, bytes | None]:
    """What becomes of the leg: the end of it, or something that a handler of the call answers."""
    status = event.payload.get("status")
    own = leg_of(event) in ("", state.call.get("uuid", ""))
    if not own:
        return state, None
    if status == "completed" or (flow.ends and status in FAILED_CALLS):
        return ended(flow, state, event.payload), None
    name = "beep" if status == "machine" and event.payload.get("sub_state") else str(status)
    if name == "beep" and name not in flow.handlers:
        name = "machine"
    if name not in flow.handlers or (name != "beep" and "beep" in state.handled):
        # What was detected before the beep may arrive after it.
        return state, None
    mark = f"@{name}"
    if name in state.handled:
        return _answered(state, Walk(flow, state).run()) if state.last == mark else (state, None)
    # Where the caller is in the NCCO is unknown: what it has brought until its beginning counts.
    walk = Walk(flow, state).begun()
    return _moved(flow, state, walk, handler_block(name), "", event, last=mark, handled=(*state.handled, name))
