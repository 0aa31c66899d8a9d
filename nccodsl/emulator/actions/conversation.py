"""`conversation`: the leg comes together with others."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.conversations import move, new_conversation
from nccodsl.emulator.core.legs import Conversation, Leg
from nccodsl.emulator.core.membership import Membership, voice_of
from nccodsl.emulator.core.option_values import action_option, one_of
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run
from nccodsl.emulator.core.sounds import audio


def conversation(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Bring the leg into the conversation of this name; what follows runs when that ends without it."""
    yield from run.settle()
    leg, network = run.leg, run.network
    name = str(action["name"])
    target = network.named.get(name)
    if target is None:
        target = network.named[name] = new_conversation(network, name)
    had_started = target.started
    membership = Membership(
        start_on_enter=bool(action_option(action, "startOnEnter")),
        end_on_exit=bool(action_option(action, "endOnExit")),
        **voice_of(action),
    )
    move(network, leg, target, membership)
    network.log(leg, "joins", f"conversation {name}", {"conversation_uuid": target.uuid})
    if action_option(action, "record") and target.recording is None:
        target.recording = network.record(leg, action)
    if not target.started:
        _hold(run, leg, one_of(action.get("musicOnHoldUrl")))
    elif not had_started:
        _begin(run, target)
    leg.callee.joined()
    yield leg.left
    # A leg that was put out is alone again, and may have actions left.
    _own(run, leg)
    return None


def _hold(run: Run, leg: Leg, music: str | None) -> None:
    if music:
        leg.player.play(audio(music, 0))
    else:
        run.network.note(leg, "waits in silence until the conversation starts")


def _begin(run: Run, conversation: Conversation) -> None:
    """A leg has joined that starts it: the music ends for all."""
    for member in conversation.members:
        member.player.stop()
        run.network.note(member, f"conversation {conversation.name} starts")


def _own(run: Run, leg: Leg) -> None:
    conversation = new_conversation(run.network, owner=leg)
    conversation.members[leg] = Membership()
    leg.conversation = conversation
