"""To which question of which call a webhook belongs. Pure.

The platform signs the body of a webhook and not its address. So each address of a call carries a tag, an HMAC that
only who has the store can make: over the call (in its key), the route, the wait and the move. And a body is taken
only for the call that it names, and only for one question.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nccodsl.runtime.state import State

SECRET_BYTES = 32
"""Bytes of the secret that a store keeps for the keys of its calls."""
REMEMBERED = 360.0
"""Seconds for which it is known which question a signature has answered: none is accepted for longer
(signatures.OLDEST, AHEAD)."""
OUTER = ("answer", "event")
"""The routes whose addresses belong to the whole call, and to no wait."""
_OF_OTHER_LEGS = frozenset(("connect", "resume", "record", "transcription", "whisper", "gate", "dialed"))
ANOTHER_CALL = "the body belongs to another call"
_BITS = 128
_INPUT = frozenset(("dtmf", "speech", "timed_out"))


def seal_of(secret: bytes, call: str) -> str:
    """The key that the tags of one call are made with; `call` is what its state is kept under, such as `ivr/leg-1`."""
    return _text(_signed(secret, call))


@lru_cache(maxsize=4096)
def tag_of(seal: str, route: str, wait: str = "", moves: int | None = None) -> str:
    """The tag of an address: 128 bits as 22 URL-safe characters.

    What was written into an NCCO is asked for soon, and what comes twice as well: an HMAC takes longer than a look.
    """
    message = f"{route}\n{wait}\n{'' if moves is None else moves}"
    return _text(_signed(seal.encode(), message))


def _signed(key: bytes, message: str) -> bytes:
    """The HMAC with SHA-256 (RFC 2104). OpenSSL looks its algorithm up for each key, which takes most of the time."""
    padded = (key if len(key) <= _BLOCK else sha256(key).digest()).ljust(_BLOCK, b"\0")
    inner = sha256(padded.translate(_INNER) + message.encode("utf-8", "surrogatepass"))
    return sha256(padded.translate(_OUTER_PAD) + inner.digest()).digest()


_BLOCK = 64
_INNER, _OUTER_PAD = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


def misaddressed(state: State | None, seal: str, route: str, query: Mapping[str, str], moves: int | None) -> str:
    """Why an address belongs to no question that the call asks; empty where it does.

    `moves` is the `n` of the address. What may have no tag: the first addresses of a call that was placed without the
    store, those of NCCOs that were compiled beforehand, and those of calls that began before addresses had tags.
    """
    outer = route in OUTER
    named = "call" in query
    if outer and not named:
        return ""  # its body says which call it is about
    given = query.get("tag", "")
    if given:
        right = tag_of(seal, route, "" if outer else query.get("at", ""), None if outer else moves)
        same = hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode())
        return "" if same else "the tag in the URL belongs to another call, or to another question of this call"
    if state is None:
        return ""  # it may be the first that is heard of the call
    if outer:
        bare = state.bare_outside
    else:
        bare = state.bare > (moves if named and moves is not None else 0)
    return "" if bare else "the URL has no tag, but all URLs of this call have one"


def another_kind(route: str, payload: Mapping[str, Any]) -> str:
    """Why a body is no answer to such a wait, whichever it is; empty where it may be one (webhook reference)."""
    wrong = {
        "input": "status" in payload or not _INPUT & payload.keys(),
        "connect": not {"status", "reason"} & payload.keys(),
        "resume": "payload" not in payload,
        "gate": "payload" not in payload,
        "dialed": not {"status", "reason"} & payload.keys(),
    }.get(route, False)
    return f"the body is not that of an event for {route}" if wrong else ""


def another_call(state: State, route: str, payload: Mapping[str, Any], *, meets: bool) -> str:
    """Why a body is about another call; empty where it is not known to be.

    A leg that is connected is in the conversation of the caller. `meets`: the script brings its caller into other
    conversations, so that the one it began in proves nothing of connected legs.
    """
    conversation = _same(state.call.get("conversation_uuid"), payload.get("conversation_uuid"))
    if route in _OF_OTHER_LEGS:
        wrong = conversation is False and not meets
    else:
        leg = _same(state.call.get("uuid"), payload.get("uuid") or payload.get("call_uuid"))
        wrong = False in (leg, conversation) and True not in (leg, conversation)
    return ANOTHER_CALL if wrong else ""


def used_elsewhere(state: State, proof: str, moves: int | None) -> str:
    """Why a signature was not made for this question; empty where it may have been. An empty proof proves nothing."""
    if proof and any(known == proof and at != moves for known, at, _ in state.used):
        return "the body was signed for another question of this call"
    return ""


def noted(state: State, proof: str, moves: int, now: float) -> State:
    """The state that knows which move a signature has answered; what is too old to be accepted again is left out."""
    if not proof or any(known == proof for known, _, _ in state.used):
        return state
    kept = tuple(one for one in state.used if one[2] > now - REMEMBERED)
    return state.changed(used=(*kept, (proof, moves, int(now))))


def _same(known: object, told: object) -> bool | None:
    """Whether two ids are the same; None where one of them is not known."""
    if not known or not told or not isinstance(told, str):
        return None
    return known == told


def _text(digest: bytes) -> str:
    return urlsafe_b64encode(digest[: _BITS // 8]).decode().rstrip("=")
