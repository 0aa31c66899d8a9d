"""Dial once: a call is written down before it is sent, and looked up where its outcome is unknown."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from nccodsl.base.record import Record
from nccodsl.client import requests
from nccodsl.client.api_request import ApiRequest
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.failures import ApiError, BadArgument, BadJournal, OutcomeUnknown, Refused, VoiceError, shown
from nccodsl.client.intents import OPEN, Intent, plain
from nccodsl.client.results import Accepted, Call, CreatedCall, endpoint_value
from nccodsl.client.start_turn import InterruptedWait, StartTurn, Waiting, connects_of
from nccodsl.client.voice_client import VoiceClient
from nccodsl.diagnostics import messages

LITTLE_SKEW = 5.0
"""Seconds by which times of one call may differ, where an earlier call to its number must not be taken for it."""
_LONGEST_REFERENCE = 200


class Placed(Record):
    """A call that the API accepted; v2 returns no uuid. `repeated`: it was placed earlier, and nothing was sent now."""

    intent: str
    api: str
    to: str
    reference: str | None = None
    uuid: str | None = None
    conversation_uuid: str | None = None
    repeated: bool = False


def place(
    client: VoiceClient,
    journal: CallJournal,
    body: Mapping[str, Any],
    api: str = "v2",
    reference: str | None = None,
    *,
    waiting: Waiting | None = None,
) -> Placed:
    """Place a call, and never dial twice.

    `reference` identifies the call. If a call with this reference has been placed, you get the same result, and nothing
    is sent. The call waits until the limit of the account allows it. If that takes more than a second, `waiting` is
    called once, with the limit and the starts that this call counts as. Raises ReferenceInUse if the reference belongs
    to another call, InterruptedWait for Ctrl-C before anything is sent, and otherwise VoiceError. After OutcomeUnknown
    the phone may ring; after all others it does not.
    """
    if reference is not None and (not reference.strip() or len(reference) > _LONGEST_REFERENCE):
        raise BadArgument(messages.calls.bad_reference(_LONGEST_REFERENCE))
    request = requests.create(body, api)
    callee = endpoint_value(body.get("to"))
    turn = _turn(client, journal, 1 + connects_of(body.get("ncco")), waiting)
    begin = partial(
        journal.begin,
        reference=reference,
        fingerprint=fingerprint(body, api),
        host=client.base_url,
        application_id=client.application_id,
        api=api,
        callee=callee,
        caller=endpoint_value(body.get("from")) or None,
        ahead=partial(journal.ahead, client.server_clock),
        claim=turn.claim,
    )
    intent, repeated = turn.wait(begin)
    if repeated:
        return Placed(intent.id, api, callee, reference, intent.uuid, intent.conversation_uuid, repeated=True)
    call = _sent(client, journal, request, intent, turn)
    _note_placed(client, journal, intent, call)
    return Placed(intent.id, api, callee, reference, call.uuid, call.conversation_uuid)


def _turn(client: VoiceClient, journal: CallJournal, starts: int, waiting: Waiting | None) -> StartTurn:
    return StartTurn(journal, client.base_url, client.limit, client.timeouts, starts, waiting)


def _sent(
    client: VoiceClient, journal: CallJournal, request: ApiRequest[CreatedCall], intent: Intent, turn: StartTurn
) -> CreatedCall:
    """Send the request of an intent; how it failed is noted."""
    try:
        return client.send(request, turn)
    except InterruptedWait as error:
        # What was sent before was not accepted.
        _note(client, journal, intent, "unsent", type(error).__name__)
        raise
    except VoiceError as error:
        _note(client, journal, intent, became(error), detail_of(error))
        raise
    except BaseException as error:
        # Interrupted, perhaps in the middle of sending.
        _note(client, journal, intent, "unknown", type(error).__name__)
        raise
    finally:
        turn.end()


def transfer_call(
    client: VoiceClient,
    journal: CallJournal,
    uuid: str,
    *,
    ncco: Sequence[Mapping[str, Any]] | None = None,
    url: str | None = None,
    waiting: Waiting | None = None,
) -> Accepted:
    """Let a call continue with an NCCO. One with `connect` waits until the limit of the account allows it, as `place`.

    What a `url` returns is not known here, so the server behind it has to keep the limit. Raises InterruptedWait and
    VoiceError.
    """
    request = requests.transfer(uuid, ncco=ncco, url=url)
    starts = connects_of(ncco)
    if not starts:
        return client.send(request)
    turn = _turn(client, journal, starts, waiting)
    turn.wait(lambda: journal.take_slots(turn.claim))
    try:
        return client.send(request, turn)
    finally:
        turn.end()


def _note_placed(client: VoiceClient, journal: CallJournal, intent: Intent, call: CreatedCall) -> None:
    """Note that the API took the call. Raises OutcomeUnknown where that cannot be."""
    # A machine that does not see this process may have taken it for absent meanwhile: it was placed all the same.
    try:
        told: dict[str, Any] = {"expected": (*OPEN, "absent"), **_times(client, journal, intent)}
        if not journal.settle(intent.id, "placed", uuid=call.uuid, conversation_uuid=call.conversation_uuid, **told):
            journal.settle(intent.id, "placed", detail="its UUID belongs to another call in the journal", **told)
    except BadJournal as error:
        name = shown(call.uuid, 60) if call.uuid else ""
        raise OutcomeUnknown(messages.calls.placed_but_not_noted(name, str(error), error.help)) from None


def became(error: VoiceError) -> Literal["unknown", "refused", "unsent"]:
    """The state of a call that was not placed, or not surely so."""
    if isinstance(error, OutcomeUnknown):
        return "unknown"
    return "refused" if isinstance(error, ApiError) else "unsent"


def _note(client: VoiceClient, journal: CallJournal, intent: Intent, state: str, detail: str) -> None:
    """Note how an attempt failed. Where that cannot be it stays pending: the failure itself is what to report."""
    with suppress(BadJournal):
        journal.settle(intent.id, state, detail=detail, **_times(client, journal, intent))


def _times(client: VoiceClient, journal: CallJournal, intent: Intent) -> dict[str, Any]:
    """How long an attempt has lasted by now, and how far ahead the server's clock was when it began."""
    began = intent.reading
    assert began is not None
    return {"lasted": max(journal.clock().ticks - began.ticks, 0.0), "ahead": journal.ahead(client.server_clock, began)}


def fingerprint(body: Mapping[str, Any], api: str) -> str:
    """SHA-256 of what is asked for; a fresh SHAKEN passport makes no other call of it."""
    listed = body.get("to")
    to = [
        {key: value for key, value in one.items() if key != "shaken"} if isinstance(one, Mapping) else one
        for one in (listed if isinstance(listed, list) else [listed])
    ]
    text = json.dumps([api, {**body, "to": to}], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def detail_of(error: VoiceError) -> str:
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
    """Wait for the final status of a call, and ask every `poll` seconds. After `timeout`, return the last known state.

    Without a uuid, it is the latest call to `number` after `since` (Unix time of this machine). `told` is called with
    each new status. Returns None if the API does not list the call within `appearing` seconds. Raises BadArgument, and
    VoiceError if the API cannot be reached.
    """
    if uuid is None and (number is None or since is None):
        raise BadArgument(messages.calls.which_call())
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
    ahead = client.server_clock.ahead()
    # Where nothing is known of the server's clock, it is taken to be right.
    shift = ahead.least if ahead is not None and ahead.usable else 0.0
    start = datetime.fromtimestamp(since + shift - LITTLE_SKEW, UTC)
    listed = client.calls(date_start=start, order="desc")
    return next((call for call in listed if call.direction == "outbound" and plain(call.to) == plain(number)), None)
