"""The gate before each `connect`: how a server that keeps the limit of an account hands out an NCCO. Pure.

What stands before a `connect` is played at once, and ends with a `notify` that asks for the rest. What begins with a
`connect` is handed out when the account may start one more call. Until then the call asks again; its webhook is held
for a while, and the caller hears nothing::

    [talk, connect, talk, connect]      as the flow has made it
    [talk, ASK 1]                       handed out at once; ASK is a `notify`
    [connect, talk, ASK 3]              the answer to ASK 1, if the account may start a call
    [ASK 1]                             the answer to ASK 1, if it may not

The call does not move at its gate: the answer is made from its state anew, however often the platform asks.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from nccodsl.runtime.call_scope import addresses
from nccodsl.runtime.operations import Steps, may_start
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.webhook import DIALED, GATE

LONGEST_WAIT = 60.0
"""Seconds that a call waits at a gate; then its `connect` has failed. That is how long a phone rings by default."""
_PAUSES = (1, 2, 4, 8, 15)
"""Seconds before the call asks once more, where its server does not answer."""


class GatePlace(NamedTuple):
    """Which `connect` a call asks for: its place in the NCCO, and the wait that it is, empty for one without branches.

    `since`: the Unix time from which it has waited, 0 if it has not asked yet.
    """

    number: int
    since: int
    wait: str

    @property
    def name(self) -> str:
        """What the addresses of its events call it (`at`)."""
        return self.wait or str(self.number)

    def __str__(self) -> str:
        return f"{self.number}.{self.since}.{self.wait}"


def place_in(at: str) -> GatePlace | None:
    """The place that an address names; None where it names none."""
    index, _, rest = at.partition(".")
    since, _, wait = rest.partition(".")
    if not all(number.isascii() and number.isdecimal() and len(number) < 12 for number in (index, since)):
        return None
    return GatePlace(int(index), int(since), wait)


def handed_out(
    script: Runnable, state: State, ncco: bytes, now: float, first: int = 0, since: int = 0
) -> Steps[bytes | None]:
    """The part of an NCCO from its action `first` on that may be played; asks whether a `connect` there may be dialed.

    None where that has waited for too long, `since` a Unix time.
    """
    if _CONNECT not in ncco and not first:
        return ncco
    actions: list[dict[str, Any]] = json.loads(ncco)
    address = addresses(script, state)
    connects = [index for index, action in enumerate(actions) if action.get("action") == "connect" and index >= first]
    if not connects or connects[0] > first:
        return _joined(actions, address, first, connects, script)
    place = GatePlace(first, since or int(now), _wait_of(actions[first], script))
    if (yield from may_start(state.key, f"{state.moves}/{place.name}", place.since)):
        if not place.wait:
            actions[first].setdefault("eventUrl", [address(DIALED, place.name)])
        return _joined(actions, address, first, connects[1:], script)
    if now - place.since > LONGEST_WAIT:
        return None
    return _encoded(_asking(address(GATE, str(place)), place))


_CONNECT = b'"action":"connect"'


def _joined(
    actions: list[dict[str, Any]],
    address: Callable[[str, str], str],
    first: int,
    connects: list[int],
    script: Runnable,
) -> bytes:
    """The actions from the first one until the next `connect`, and the asking for that."""
    if not connects:
        return _encoded(actions[first:])
    place = GatePlace(connects[0], 0, _wait_of(actions[connects[0]], script))
    return _encoded([*actions[first : connects[0]], *_asking(address(GATE, str(place)), place)])


def _asking(address: str, place: GatePlace) -> list[dict[str, Any]]:
    """What a call plays to ask: the answer to a `notify` takes the place of all that follows it."""
    notify = {"action": "notify", "payload": {"at": place.name}, "eventUrl": [address]}
    again = [action for pause in _PAUSES for action in ({"action": "wait", "timeout": pause}, notify)]
    return [notify, *again]


def _wait_of(action: dict[str, Any], script: Runnable) -> str:
    """The wait that a `connect` is, by the address of its events; empty where the flow waits for none."""
    given = action.get("eventUrl")
    url = given[0] if isinstance(given, list) and given else ""
    if not isinstance(url, str) or not url.startswith(f"{script.url}/connect?"):
        return ""
    return dict(parse_qsl(urlsplit(url).query)).get("at", "")


def _encoded(actions: list[dict[str, Any]]) -> bytes:
    return json.dumps(actions, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
