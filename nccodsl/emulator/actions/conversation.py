"""`conversation` and `transfer`: the leg comes together with others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.emulator.actions.play import audio
from nccodsl.emulator.core.legs import Conversation, Leg, Membership
from nccodsl.emulator.core.mail import Ncco
from nccodsl.emulator.core.option_values import action_option, one_of
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run


def conversation(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Bring the leg into the conversation of this name; what follows runs when that ends without it."""
    yield from run.settle()
    leg, network = run.leg, run.network
    name = str(action["name"])
    target = network.named.get(name)
    if target is None:
        target = network.named[name] = network.new_conversation(name)
    had_started = target.started
    membership = Membership(
        start_on_enter=bool(action_option(action, "startOnEnter")),
        end_on_exit=bool(action_option(action, "endOnExit")),
        **_voice(action),
    )
    network.move(leg, target, membership)
    network.log(leg, "joins", f"conversation {name}", {"conversation_uuid": target.uuid})
    if action_option(action, "record") and target.recording is None:
        target.recording = network.record(leg, action)
    if not target.started:
        _hold(run, leg, one_of(action.get("musicOnHoldUrl")))
    elif not had_started:
        _begin(run, target)
    leg.callee.joined()
    yield leg.left
    # Whoever was put out is alone again, and may have actions left.
    _own(run, leg)
    return None


def transfer(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Move every leg of this conversation into another one, whose NCCO takes over."""
    yield from run.settle()
    leg, network = run.leg, run.network
    target_id = str(action_option(action, "conversationId"))
    target = network.conversations.get(target_id)
    if target is None or not target.members:
        network.note(leg, f"there is no conversation {target_id} to transfer to", code="E712")
        network.report_error(leg, f"conversation {target_id} does not exist")
        return None
    source = leg.conversation
    if source is target:
        network.note(leg, "it is in this conversation already")
    else:
        # The conversation is not over because its owner leaves it: everybody goes.
        source.owner = None
        for member in list(source.members):
            network.move(member, target, Membership(**_voice(action)))
            network.log(member, "joins", f"conversation {target_id}", {"conversation_uuid": target.uuid})
            member.callee.joined()
    yield leg.left
    # Whoever was transferred has no actions left.
    network.end(leg, by="platform")
    return None


def _voice(action: Mapping[str, Any]) -> dict[str, Any]:
    """Who may speak to whom."""
    lists = {
        name: frozenset(map(str, action[key])) if isinstance(action.get(key), list) else None
        for name, key in (("can_speak", "canSpeak"), ("can_hear", "canHear"))
    }
    return {"mute": bool(action_option(action, "mute")), **lists}


def _hold(run: Run, leg: Leg, music: str | None) -> None:
    if music:
        leg.player.play(audio(music, 0))
    else:
        run.network.note(leg, "it waits in silence until the conversation starts")


def _begin(run: Run, conversation: Conversation) -> None:
    """Somebody has come for whom it starts: the music ends for all."""
    for member in conversation.members:
        member.player.stop()
        run.network.note(member, f"conversation {conversation.name} starts")


def _own(run: Run, leg: Leg) -> None:
    conversation = run.network.new_conversation(owner=leg)
    conversation.members[leg] = Membership()
    leg.conversation = conversation
