"""Dial once: a call is written down before it is sent, and looked up where nobody knows how it went."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from nccodsl.client import requests
from nccodsl.client.errors import BadArgument, BadJournal, OutcomeUnknown, Refused, VoiceError, shown
from nccodsl.client.journal import OPEN, Intent, Journal, is_running
from nccodsl.client.results import Call, endpoint_value
from nccodsl.client.voice import VoiceClient
from nccodsl.record import Record

SKEW = 60.0
"""Seconds by which the clocks of both ends may differ."""
LITTLE_SKEW = 5.0
"""The same, where an earlier call to the same number must not be taken for this one."""
LONGEST_ATTEMPT = 300.0
"""Seconds after which a request of a process that is gone cannot have arrived any more."""
KEPT = 24 * 3600.0
"""Seconds for which the API is sure to know a call: legs are kept one day or longer (voice-api.md 6)."""
_LONGEST_REFERENCE = 200
_MOST_CANDIDATES = 1000


class Placed(Record):
    """A call that the API took. v2 tells no uuid. `repeated`: it was placed before, and nothing was sent now."""

    intent: str
    api: str
    to: str
    reference: str | None = None
    uuid: str | None = None
    conversation_uuid: str | None = None
    repeated: bool = False


class Settled(Record):
    """What was found out about an intent: `placed`, `absent` (safe to repeat), or still `unknown` or `pending`.

    `why` says so in words; `calls` are those that it may be.
    """

    intent: Intent
    state: str
    why: str
    calls: tuple[Call, ...] = ()


def place(
    client: VoiceClient, journal: Journal, body: Mapping[str, Any], api: str = "v2", reference: str | None = None
) -> Placed:
    """Place one call, and never the same one twice.

    `reference` names the call: who repeats it after the call was placed gets the same answer and dials nobody. Raises
    ReferenceInUse where that cannot be; what else fails is VoiceError: after OutcomeUnknown the call may ring, after
    all others it does not.
    """
    if reference is not None and (not reference.strip() or len(reference) > _LONGEST_REFERENCE):
        raise BadArgument(f"a reference is a text of 1 to {_LONGEST_REFERENCE} characters")
    request = requests.create(body, api)
    callee = endpoint_value(body.get("to"))
    intent, repeated = journal.begin(
        reference=reference,
        fingerprint=fingerprint(body, api),
        host=client.base_url,
        application_id=client.application_id,
        api=api,
        callee=callee,
        caller=endpoint_value(body.get("from")) or None,
    )
    if repeated:
        return Placed(intent.id, api, callee, reference, intent.uuid, intent.conversation_uuid, repeated=True)
    try:
        call = client.send(request)
    except OutcomeUnknown as error:
        _note(journal, intent, "unknown", _detail(error))
        raise
    except VoiceError as error:
        _note(journal, intent, "refused", _detail(error))
        raise
    except BaseException as error:
        # Interrupted, perhaps in the middle of sending.
        _note(journal, intent, "unknown", type(error).__name__)
        raise
    ids = call.uuid, call.conversation_uuid
    # Somebody who does not see this process may have taken it for absent meanwhile: it was placed all the same.
    states = (*OPEN, "absent")
    try:
        if not journal.settle(intent.id, "placed", expected=states, uuid=ids[0], conversation_uuid=ids[1]):
            journal.settle(intent.id, "placed", expected=states, detail="its uuid belongs to another intent")
    except BadJournal as error:
        name = f" as {shown(ids[0], 60)}" if ids[0] else ""
        raise OutcomeUnknown(f"the call was placed{name}, but that cannot be noted: {error}", error.help) from None
    return Placed(intent.id, api, callee, reference, *ids)


def _note(journal: Journal, intent: Intent, state: str, detail: str) -> None:
    """Note how an attempt failed. Where that cannot be it stays pending: the failure itself is what is to be told."""
    with suppress(BadJournal):
        journal.settle(intent.id, state, detail=detail)


def fingerprint(body: Mapping[str, Any], api: str) -> str:
    """SHA-256 of what is asked for; a fresh SHAKEN passport makes no other call of it."""
    listed = body.get("to")
    to = [
        {key: value for key, value in one.items() if key != "shaken"} if isinstance(one, Mapping) else one
        for one in (listed if isinstance(listed, list) else [listed])
    ]
    text = json.dumps([api, {**body, "to": to}], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def reconcile(client: VoiceClient, journal: Journal, now: float | None = None, grace: float = 30.0) -> list[Settled]:
    """Look up every call of which nobody knows whether it was placed; what was found out, oldest first.

    Left alone: those younger than `grace` seconds (the list may lag behind), those whose process still runs, and those
    of another host or application, where this client sees nothing. Raises VoiceError where the API cannot be asked.
    """
    now = time.time() if now is None else now
    return [_settled(client, journal, intent, now, grace) for intent in journal.open_intents()]


def _settled(client: VoiceClient, journal: Journal, intent: Intent, now: float, grace: float) -> Settled:
    if intent.host != client.base_url:
        return Settled(intent, intent.state, f"it was sent to {intent.host}: look there")
    if intent.application_id != client.application_id:
        return Settled(intent, intent.state, f"it is of the application {intent.application_id}: look with its key")
    if now - (intent.settled_at or intent.created_at) < grace:
        return Settled(intent, intent.state, f"it is younger than {grace:g} s: look again in a while")
    if intent.state == "pending" and is_running(intent):
        return Settled(intent, intent.state, f"process {intent.pid} is at it")
    # Others to the same number may be what is found. Those that were surely placed, but whose ids v2 did not tell,
    # each account for one call; of the rest, either all were placed or none.
    alike, first, last = _alike(journal, intent)
    if intent.id not in (one.id for one in alike):
        return Settled(intent, intent.state, "somebody else settled it meanwhile")
    sure = [one for one in alike if one.state == "placed"]
    if any(now - (one.settled_at or now) < grace for one in sure):
        return Settled(
            intent, intent.state, f"another call to {intent.callee} is younger than {grace:g} s: wait for it"
        )
    found = _candidates(client, intent, first, last)
    taken = journal.taken(call.uuid for call in found)
    free = [call for call in found if call.uuid not in taken]
    if len(free) == len(sure):
        if now - intent.created_at > KEPT:
            return Settled(intent, intent.state, "the API knows it no longer, if it ever did: calls are kept for a day")
        journal.settle(intent.id, "absent", detail="looked up: no such call")
        return Settled(intent, "absent", "it was never placed: it is safe to dial again")
    if len(free) != len(alike):
        return Settled(
            intent,
            intent.state,
            f"it may be {'one of these' if len(free) > 1 else 'this one'}: {len(free)} calls to {intent.callee} "
            f"at that time, and {len(alike)} that could be meant",
            tuple(free),
        )
    call = free[[one.id for one in alike].index(intent.id)]
    ids = call.uuid, call.conversation_uuid
    if not journal.settle(intent.id, "placed", uuid=ids[0], conversation_uuid=ids[1], detail="looked up"):
        return Settled(intent, intent.state, "somebody else settled it meanwhile")
    return Settled(intent, "placed", f"it was placed, and is {call.status}", (call,))


def _window(intent: Intent) -> tuple[float, float]:
    """Unix times between which the call was made, if it was: until its failure was noted, or could have been."""
    last = intent.settled_at if intent.settled_at is not None else intent.created_at + LONGEST_ATTEMPT
    return intent.created_at - SKEW, last + SKEW


def _alike(journal: Journal, intent: Intent) -> tuple[list[Intent], float, float]:
    """The intents whose calls may be taken for one another's, `intent` among them, and when all of these were made.

    The span holds each of their calls and those of no other intent, or the calls in it could not be counted.
    """
    first, last = _window(intent)
    while True:
        near = journal.between(first - LONGEST_ATTEMPT - SKEW, last + SKEW)
        spans = [(one, *_window(one)) for one in near if _competes(one, intent)]
        spans = [span for span in spans if span[1] <= last and first <= span[2]]
        widest = min([first, *(span[1] for span in spans)]), max([last, *(span[2] for span in spans)])
        if widest == (first, last):
            return [span[0] for span in spans], first, last
        first, last = widest


def _candidates(client: VoiceClient, intent: Intent, first: float, last: float) -> list[Call]:
    """Calls out, to the same endpoint, of that time, in the order of their making."""
    found = []
    times = (datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last + 1, UTC))
    for call in client.calls(date_start=times[0], date_end=times[1], order="asc"):
        if call.direction == "outbound" and _same(call.to, intent.callee):
            found.append(call)
            if len(found) >= _MOST_CANDIDATES:
                break
    return found


def _same(first: str, second: str) -> bool:
    return first.removeprefix("+").casefold() == second.removeprefix("+").casefold()


def _competes(one: Intent, intent: Intent) -> bool:
    """Whether a call that was found may as well be that of `one` (which may be `intent` itself)."""
    where = (one.host, one.application_id) == (intent.host, intent.application_id)
    return (
        where
        and one.uuid is None
        and one.state in ("pending", "unknown", "placed")
        and _same(one.callee, intent.callee)
    )


def _detail(error: VoiceError) -> str:
    """What the journal keeps of a failure: no text of anybody's."""
    status = getattr(error, "status", None)
    return error.code if status is None else f"{error.code}, HTTP {status}"


def wait_for_end(
    client: VoiceClient,
    uuid: str | None = None,
    *,
    number: str | None = None,
    since: float | None = None,
    poll: float = 2.0,
    timeout: float | None = None,
    appearing: float = 60.0,
    told: Callable[[Call], object] | None = None,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Call | None:
    """Follow a call to its final status by asking every `poll` seconds; its last known state when `timeout` is over.

    Without a uuid it is the latest call to `number` made after `since` (Unix time). `told` hears of each new status.
    None where the API did not show the call within `appearing` seconds. Raises BadArgument, and VoiceError where the
    API cannot be asked.
    """
    if uuid is None and (number is None or since is None):
        raise BadArgument("which call? Give its uuid, or the number and the time")
    until = None if timeout is None else clock() + timeout
    shown_until = clock() + appearing
    last: Call | None = None
    while True:
        call = _asked(client, uuid) if uuid is not None else _latest_to(client, number or "", since or 0.0)
        if call is not None:
            uuid = call.uuid
            if told is not None and (last is None or last.status != call.status):
                told(call)
            last = call
            if call.is_over:
                return call
        ends = shown_until if last is None else until
        if ends is not None and clock() + poll > ends:
            return last
        sleep(poll)


def _asked(client: VoiceClient, uuid: str) -> Call | None:
    """A call, or None while the API does not show it yet."""
    try:
        return client.show(uuid)
    except Refused as error:
        if error.status != 404:
            raise
        return None


def _latest_to(client: VoiceClient, number: str, since: float) -> Call | None:
    start = datetime.fromtimestamp(since - LITTLE_SKEW, UTC)
    listed = client.calls(date_start=start, order="desc")
    return next((call for call in listed if call.direction == "outbound" and _same(call.to, number)), None)
