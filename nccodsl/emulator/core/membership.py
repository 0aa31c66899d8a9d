"""How a leg is in a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.emulator.core.option_values import action_option


class Membership:
    """The options of the `conversation` action. None: everyone."""

    __slots__ = ("can_hear", "can_speak", "end_on_exit", "mute", "start_on_enter")

    def __init__(
        self,
        *,
        start_on_enter: bool = True,
        end_on_exit: bool = False,
        mute: bool = False,
        can_speak: frozenset[str] | None = None,
        can_hear: frozenset[str] | None = None,
    ) -> None:
        self.start_on_enter = start_on_enter
        self.end_on_exit = end_on_exit
        self.mute = mute
        self.can_speak = can_speak
        self.can_hear = can_hear


def voice_of(action: Mapping[str, Any]) -> dict[str, Any]:
    """Who may speak to whom, as an action says it: members of a Membership."""
    lists = {
        name: frozenset(map(str, action[key])) if isinstance(action.get(key), list) else None
        for name, key in (("can_speak", "canSpeak"), ("can_hear", "canHear"))
    }
    return {"mute": bool(action_option(action, "mute")), **lists}
