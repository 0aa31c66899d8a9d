"""The first NCCO of a call that is placed, and the body of its create request, with the addresses that they need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nccodsl.analysis.built_in_names import OF_THE_CALL
from nccodsl.analysis.item_walks import holes_of
from nccodsl.analysis.program import Hole, holes_in
from nccodsl.diagnostics import messages
from nccodsl.errors import RenderError, ScriptError
from nccodsl.lowering.blocks import Fork, Wait, followers
from nccodsl.lowering.holes import Emit, Failed, encode
from nccodsl.lowering.object_pieces import Spliced
from nccodsl.runtime.call_scope import scope_of, tail_of
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.tags import tag_of
from nccodsl.runtime.value_token import BadToken, write_token
from nccodsl.runtime.walk import Walk


def begun(
    script: Runnable,
    values: Mapping[str, object],
    *,
    key: str = "",
    token: bool = True,
    seal: str = "",
    at: datetime | None = None,
) -> State:
    """The state of a call that is about to be placed.

    `key` names it in the addresses. With `token`, the values stand in the addresses of the first NCCO; without, the
    state must be kept where the server finds it, and `seal` is the key of its tags (keeping.seal_in). `at`: when it is
    placed, if that is not now. Raises RenderError.
    """
    flow = script.flow
    given = {**script.values, **values}
    carried = _carried(script, values) if token else ""
    try:
        converted = flow.binder.convert(given)
    except Failed as failure:
        raise RenderError([flow.diagnostic(failure)]) from None
    return State(
        version=script.version,
        key=key,
        block=script.entry or "",
        token=carried,
        values=dict(converted),
        call={"direction": "outbound"} if key else {},
        seal=seal,
        now=flow.moment(given, at).timestamp(),
    )


def _carried(script: Runnable, values: Mapping[str, object]) -> str:
    """The token of the values. Raises RenderError where one is private, or they are too long for an address."""
    _none_private(script, values)
    try:
        return write_token({name: value for name, value in values.items() if value is not None})
    except BadToken as error:
        raise RenderError([messages.values.too_long_for_address(str(error)).about()]) from None


def _none_private(script: Runnable, values: Mapping[str, object]) -> None:
    """Raise RenderError (E319) where a private value would stand in an address."""
    flow = script.flow
    for parameter in flow.params:
        if parameter.private and values.get(parameter.name) is not None:
            message, span = messages.values.private_in_addresses(parameter.name), parameter.span
            raise RenderError([message.about(flow.program.sources.file_of(span), span)])


def render(script: Runnable, values: Mapping[str, object], *, call: bool, api: str) -> bytes:
    """Compact JSON: the first NCCO, or with `call` the body of the create request, for a server at `script.url`.

    Raises RenderError, ScriptError.
    """
    state = begun(script, values)
    if call:
        return json.dumps(create_body(script, state, api), ensure_ascii=False, separators=(",", ":")).encode()
    ncco = first_ncco(script, state)
    if ncco is None:
        raise ScriptError(script.flow.answered_only(answer_address(script, state)))
    return ncco


def first_ncco(script: Runnable, state: State) -> bytes | None:
    """The first NCCO of a call; None where it depends on what only the running call knows. Raises RenderError."""
    return None if needs_call(script) else walked_ncco(script, state)


def walked_ncco(script: Runnable, state: State) -> bytes | None:
    """The first NCCO of a call whose script does not need the running call. Raises RenderError."""
    try:
        walk = Walk(script, state, strict=True).run()
    except Failed as failure:
        raise RenderError([script.flow.diagnostic(failure)]) from None
    return None if walk.pending is not None else walk.ncco


def needs_call(script: Runnable) -> bool:
    """Whether the first NCCO says who calls, or by what id: no call has that before it is placed."""
    running = frozenset(OF_THE_CALL) - script.hidden | script.shown
    program, blocks = script.flow.program, script.flow.blocks
    if any(_uses(hole, running) for let in program.lets for hole in holes_in(let.value)):
        return True
    todo, seen = [script.entry or ""], set()
    while todo:
        name = todo.pop()
        if name in seen or name not in blocks:
            continue
        seen.add(name)
        block = blocks[name]
        items = (*block.parts, *((block.transition.item,) if isinstance(block.transition, Wait) else ()))
        if any(_uses(hole, running) for item in items for hole in holes_of(item)):
            return True
        if isinstance(block.transition, Wait) and block.transition.item.what == "send":
            return True  # what is sent is sent when the call is answered
        todo += followers(block.transition)
        if isinstance(block.transition, Fork) and any(_uses(test, running) for test, _ in block.transition.arms):
            return True
        ask = script.blocks[name].ask
        if ask is not None and ask.completed is not None:
            todo.append(ask.completed)
    return False


def _uses(hole: Hole, names: frozenset[str]) -> bool:
    return any(use.name in names for use in hole.code.names)


def answer_address(script: Runnable, state: State) -> str:
    """Where the platform gets the first NCCO."""
    return _outer_address(script, state, "answer")


def _outer_address(script: Runnable, state: State, route: str) -> str:
    """An address that belongs to the whole call."""
    tail = tail_of(state).removeprefix(f"&n={state.moves}")
    tag = f"&tag={tag_of(state.seal, route)}" if state.seal else ""
    return f"{script.url}/{route}" + (f"?{tail[1:]}{tag}" if tail else "")


def addressed(script: Runnable, state: State) -> dict[str, str]:
    """What the flow adds to a create request, as JSON texts: the first NCCO, or the answer address where that must be
    asked; and the address of events. Raises RenderError."""
    found = {"event_url": f"[{encode(_outer_address(script, state, 'event'))}]"}
    first = first_ncco(script, state)
    if first is not None:
        return {"ncco": first.decode("utf-8", "surrogatepass"), **found}
    return {"answer_url": f"[{encode(answer_address(script, state))}]", **found}


def create_body(script: Runnable, state: State, api: str) -> dict[str, Any]:
    """The body of the create request.

    Raises RenderError, and ScriptError where the script has no `call` block or the version of the API refuses it.
    """
    flow = script.flow
    item = flow.judged_call(api)
    texts = addressed(script, state)
    more = {name: Spliced([text]) for name, text in texts.items() if name not in item.draft}
    emit: Emit = flow.plan.call(item, api, more)
    try:
        body: dict[str, Any] = json.loads(emit(scope_of(script, state)))
    except Failed as failure:
        raise RenderError([flow.diagnostic(failure)]) from None
    return body
