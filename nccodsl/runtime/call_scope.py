"""What templates read where a call is, and the addresses that are written into its NCCOs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.tags import tag_of
from nccodsl.runtime.webhook_addresses import RunScope

_NEVER = datetime.fromtimestamp(0, UTC)
NO_CALL: Mapping[str, object] = {"from_user": "", "custom_data": {}, "headers": {}}
"""What `call` says where the platform has said nothing: calls of SIP and of the Client SDK have more than others."""


def scope_of(script: Runnable, state: State) -> RunScope:
    """What templates read where the call is. Raises Failed."""
    scope = RunScope(state.values)
    hidden = script.hidden
    if "caller" not in hidden:
        scope["caller"] = state.caller
    if "callee" not in hidden:
        scope["callee"] = state.callee
    if "call" not in hidden:
        scope["call"] = {**NO_CALL, **state.call}
    scope.update(state.names)
    for name in script.shown:
        scope[name] = script.secrets.get(name, "")
    scope.address = addresses(script, state)
    # Where the script does not read the clock, no time is lost with it.
    script.flow.binder.complete(scope, datetime.fromtimestamp(state.now, UTC) if state.now else _NEVER)
    return scope


def addresses(script: Runnable, state: State) -> Callable[[str, str], str]:
    """The function from route and wait to the address that is written into an NCCO."""
    url, tail, seal, moves = script.url, tail_of(state), state.seal, state.moves
    if not seal or moves < state.bare:
        return lambda route, wait: f"{url}/{route}?at={wait}{tail}"
    return lambda route, wait: f"{url}/{route}?at={wait}{tail}&tag={tag_of(seal, route, wait, moves)}"


def tail_of(state: State) -> str:
    """What all addresses of one NCCO have in common: the move it belongs to, and whose call it is."""
    token = f"&with={state.token}" if state.token and not state.moves else ""
    return f"&n={state.moves}&call={state.key}{token}" if state.key else token
