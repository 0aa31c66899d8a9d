"""Coming into conversations and leaving them (NCCO reference)."""

from __future__ import annotations

from nccodsl.base.utc import utc_text
from nccodsl.emulator.core.legs import Conversation, Leg, Platform
from nccodsl.emulator.core.membership import Membership
from nccodsl.emulator.core.processes import Signal


def new_conversation(network: Platform, name: str | None = None, owner: Leg | None = None) -> Conversation:
    conversation = Conversation(f"CON-{network.new_id()}", name, owner)
    network.conversations[conversation.uuid] = conversation
    return conversation


def move(network: Platform, leg: Leg, target: Conversation, membership: Membership) -> None:
    """Bring a leg from its conversation into another one, and tell its event address."""
    source = leg.conversation
    leave(network, leg)
    join(leg, target, membership)
    event = {
        "type": "transfer",
        "conversation_uuid_from": source.uuid,
        "conversation_uuid_to": target.uuid,
        "uuid": leg.uuid,
        "timestamp": utc_text(network.now),
    }
    network.tell("transfer", leg, leg.event_hook, event)


def join(leg: Leg, conversation: Conversation, membership: Membership) -> None:
    """Put a leg into a conversation."""
    leg.conversation = conversation
    leg.left = Signal()
    conversation.members[leg] = membership


def leave(network: Platform, leg: Leg) -> None:
    """Take a leg out of its conversation; where that ends it, the others go too."""
    conversation = leg.conversation
    membership = conversation.members.pop(leg, None)
    if not conversation.members:
        network.conversations.pop(conversation.uuid, None)
    if membership is None:
        return
    if conversation.name is not None:
        leg.log("leaves", f"conversation {conversation.name}", {"conversation_uuid": conversation.uuid})
    rest = list(conversation.members)
    if (conversation.recording is not None) and (not rest or membership.end_on_exit):
        conversation.recording.stop()
        conversation.recording = None
    if conversation.owner is leg:
        for other in rest:
            network.end(other, by="platform")
    elif membership.end_on_exit:
        for other in rest:
            conversation.members.pop(other, None)
            other.log("leaves", f"conversation {conversation.name}, ended by the moderator")
            other.left.fire()
    if not conversation.members:
        network.named.pop(conversation.name or "", None)
