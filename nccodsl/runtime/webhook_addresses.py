"""The addresses of a flow that are written into its NCCOs: where the events of an action come to."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis.program import ActionItem, Hole, WaitItem
from nccodsl.base.source import Span
from nccodsl.lowering.holes import Emit, encode
from nccodsl.lowering.object_pieces import Spliced
from nccodsl.runtime.match import Matcher
from nccodsl.templates import Expression, Scope


class RunScope(Scope):
    """A scope of a running call, which also knows the addresses that are written into its NCCOs."""

    __slots__ = ("address",)

    address: Callable[[str, str], str]
    """Route and wait to address."""


def told_addresses(item: WaitItem, name: str, choose: Matcher) -> dict[str, object]:
    """The members of an action that say where its events come to."""
    assert item.action is not None
    if item.what == "record":
        return _of_recording(item.action, name, choose)
    more: dict[str, object] = {"eventUrl": Spliced([_address(item.what, name)])}
    if "eventMethod" in item.action.draft:
        more["eventMethod"] = "POST"  # the payload is an object, and what is signed is the body
    if item.what == "connect":
        more["eventType"] = "synchronous"
    if item.whisper is not None:
        more["endpoint"] = _whispering(item.action.draft["endpoint"], name)
    return more


def _of_recording(action: ActionItem, name: str, choose: Matcher) -> dict[str, object]:
    more: dict[str, object] = {}
    if choose.outcome("saved") is not None:
        more["eventUrl"] = Spliced([_address("record", name)])
        more |= {"eventMethod": "POST"} if "eventMethod" in action.draft else {}
    if choose.outcome("transcribed") is not None:
        settings = action.draft.get("transcription")
        given = settings if isinstance(settings, dict) else {}
        more["transcription"] = {**given, "eventUrl": [_hole("transcription", name)]}
    return more


def _whispering(endpoints: object, name: str) -> object:
    """The endpoint of a `connect` whose callee asks what it hears first."""
    if not isinstance(endpoints, list) or not isinstance(endpoints[0], dict):
        return endpoints
    first = endpoints[0]
    given = first.get("onAnswer")
    settings = given if isinstance(given, dict) else {}
    return [{**first, "onAnswer": {**settings, "url": _hole("whisper", name)}}]


def _hole(route: str, wait: str) -> Hole:
    """An address of the flow, among the values of an action."""

    def write(scope: Scope) -> str:
        assert isinstance(scope, RunScope)
        return scope.address(route, wait)

    return Hole(Expression("", (), (), write), _NOWHERE)


_NOWHERE = Span(0, 0)


def _address(route: str, wait: str) -> Emit:
    def write(scope: Scope) -> str:
        assert isinstance(scope, RunScope)
        return f"[{encode(scope.address(route, wait))}]"

    return write


def resuming(wait: str) -> Emit:
    """A `notify` by which the platform asks how it goes on."""
    address = _address("resume", wait)
    return lambda scope: f'{{"action":"notify","payload":{{"at":{encode(wait)}}},"eventUrl":{address(scope)}}}'
