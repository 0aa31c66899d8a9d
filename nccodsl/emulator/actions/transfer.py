"""`transfer`: a conversation moves into another one."""

from __future__ import annotations

from typing import Any

from nccodsl.diagnostics import messages
from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.conversations import move
from nccodsl.emulator.core.membership import Membership, voice_of
from nccodsl.emulator.core.option_values import action_option
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run


def transfer(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Move every leg of this conversation into another one, whose NCCO takes over."""
    yield from run.settle()
    leg, network = run.leg, run.network
    target_id = str(action_option(action, "conversationId"))
    target = network.conversations.get(target_id)
    if target is None or not target.members:
        network.note(leg, messages.webhooks.no_conversation(target_id))
        network.report_error(leg, f"conversation {target_id} does not exist")
        return None
    source = leg.conversation
    if source is target:
        network.note(leg, "already in this conversation")
    else:
        # The conversation is not over because its owner leaves it: everybody goes.
        source.owner = None
        for member in list(source.members):
            move(network, member, target, Membership(**voice_of(action)))
            network.log(member, "joins", f"conversation {target_id}", {"conversation_uuid": target.uuid})
            member.callee.joined()
    yield leg.left
    # A leg that was transferred has no actions left.
    network.end(leg, by="platform")
    return None
