"""Running an NCCO on a leg: its actions in order, until they are done or something takes their place."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.base.plural import counted
from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.legs import Leg, Platform
from nccodsl.emulator.core.option_values import action_option
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.sounds import Sound


class Run:
    """One NCCO at work. `barging`: sounds are being played that the coming `input` may cut (NCCO reference)."""

    __slots__ = ("barging", "leg", "network")

    def __init__(self, network: Platform, leg: Leg) -> None:
        self.network = network
        self.leg = leg
        self.barging = False

    def settle(self) -> Steps[None]:
        """Let what is being played come to its end: what follows is no `input` that could cut it."""
        if self.barging:
            self.barging = False
            yield self.leg.player.idle

    def play(self, sound: Sound, action: dict[str, Any]) -> Steps[Ncco | None]:
        """Play a sound to its end, unless barge-in lets it run on into the coming `input`."""
        self.barging = self.barging or bool(action_option(action, "bargeIn"))
        played = self.leg.player.play(sound)
        if not self.barging:
            yield played
        return None


Perform = Callable[[Run, dict[str, Any]], Steps[Ncco | None]]
"""What an action does: a process that returns the NCCO that takes over, or None."""


def run_ncco(network: Platform, leg: Leg, ncco: Ncco) -> Steps[None]:
    """Run an NCCO, and hang up when it is done."""
    yield from network.perform(leg, ncco)
    network.end(leg, by="platform")


def perform(network: Platform, leg: Leg, ncco: Ncco, actions: Mapping[str, Perform]) -> Steps[None]:
    """Run the actions of an NCCO, and of those that take its place; `actions` says what each does."""
    run = Run(network, leg)
    left = deque(ncco)
    while left:
        action = left.popleft()
        kind: str = action["action"]
        network.log(leg, "action", _shown(action), {"action": kind})
        act = actions.get(kind)
        if act is None:
            network.note(leg, f"skipped `{kind}`: the emulator does not support this action")
            continue
        replacement = yield from act(run, action)
        if replacement is not None:
            data = {"event": "takeover", "by": "answer", "actions": len(replacement)}
            network.note(leg, f"replaced the rest of the NCCO with {counted(len(replacement), 'action')}", data)
            leg.player.stop()
            run.barging = False
            left = deque(replacement)
    yield from run.settle()


def _shown(action: dict[str, Any]) -> str:
    kind: str = action["action"]
    if kind == "input":
        kinds = action.get("type", ())
        return " ".join(("input", *([kinds] if isinstance(kinds, str) else kinds)))
    return f"{kind} {action['name']}" if kind == "conversation" else kind
