"""Running an NCCO on a leg: its actions in order, until they are done or something takes their place."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from nccodsl.emulator.core.processes import Steps

if TYPE_CHECKING:
    from nccodsl.emulator.core.legs import Leg
    from nccodsl.emulator.core.mail import Ncco
    from nccodsl.emulator.core.network import Network


class Run:
    """One NCCO at work. `barging`: sounds are being played that the coming `input` may cut (voice-api.md 2.2, R3)."""

    __slots__ = ("barging", "leg", "network")

    def __init__(self, network: Network, leg: Leg) -> None:
        self.network = network
        self.leg = leg
        self.barging = False

    def settle(self) -> Steps[None]:
        """Let what is being played come to its end: what follows is no `input` that could cut it."""
        if self.barging:
            self.barging = False
            yield self.leg.player.idle


def run_ncco(network: Network, leg: Leg, ncco: Ncco) -> Steps[None]:
    """Run an NCCO, and hang up when it is done."""
    yield from perform(network, leg, ncco)
    network.end(leg, by="platform")


def perform(network: Network, leg: Leg, ncco: Ncco) -> Steps[None]:
    """Run the actions of an NCCO, and of those that take its place."""
    from nccodsl.emulator.actions import ACTIONS

    run = Run(network, leg)
    actions = deque(ncco)
    while actions:
        action = actions.popleft()
        kind: str = action["action"]
        network.log(leg, "action", _shown(action), {"action": kind})
        act = ACTIONS.get(kind)
        if act is None:
            network.note(leg, f"the emulator does not know the action `{kind}` and passes it over")
            continue
        replacement = yield from act(run, action)
        if replacement is not None:
            network.note(leg, f"an NCCO of {len(replacement)} actions takes the place of what was to follow")
            leg.player.stop()
            run.barging = False
            actions = deque(replacement)
    yield from run.settle()


def _shown(action: dict[str, Any]) -> str:
    kind: str = action["action"]
    if kind == "input":
        kinds = action.get("type", ())
        return " ".join(("input", *([kinds] if isinstance(kinds, str) else kinds)))
    return f"{kind} {action['name']}" if kind == "conversation" else kind
