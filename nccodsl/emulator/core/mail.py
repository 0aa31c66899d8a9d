"""Webhooks: what is sent, what may come back, and what the platform makes of it.

Owns: retries, fallback, when an answer is an NCCO (webhook reference). Does not own: how a webhook travels,
which is the business of the `Transport`; what the payloads say (payloads).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.strict_json import DuplicateKey, read_strict_json
from nccodsl.diagnostics import Message, messages
from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.document_errors import errors_of_ncco
from nccodsl.emulator.core.legs import Leg, Platform
from nccodsl.emulator.core.processes import Signal, Steps
from nccodsl.emulator.core.timeline import TimelineEntry

RETRIED = frozenset((429, 503, 504))
LARGEST = 1_000_000
"""Bytes of an answer that are read; no NCCO comes near it."""


class OutgoingWebhook:
    """One request to a server. `wants` an NCCO: "required", "optional" or "" where an answer means nothing.

    `timeout` is for the answer, in seconds; connecting may take one second (webhook reference).
    """

    __slots__ = ("kind", "leg", "method", "payload", "timeout", "url", "wants")

    def __init__(self, kind: str, leg: Leg, method: str, url: str, payload: dict[str, Any], wants: str = "") -> None:
        self.kind = kind
        self.leg = leg
        self.method = method
        self.url = url
        self.payload = payload
        self.wants = wants
        self.timeout = 5.0 if kind in ("answer", "fallback") else 10.0


class WebhookReply(Record):
    """What came back: an answer, or in `failure` why it is missing. `sent`: whether the webhook went out at all."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    failure: str = ""
    sent: bool = True

    @property
    def worth_retrying(self) -> bool:
        return self.sent and (bool(self.failure) or self.status in RETRIED)


def unsent(why: str) -> WebhookReply:
    """The reply to a webhook that is not sent."""
    return WebhookReply(failure=f"not sent: {why}", sent=False)


NOBODY = unsent("webhooks are off")
"""The answer of a network that has no transport."""
Transport = Callable[[OutgoingWebhook], Signal]
"""Takes a webhook on its way; the signal fires with the Reply."""


class Mail:
    """Sends the webhooks of a network: those of one leg in order, those that are waited for at once."""

    def __init__(self, network: Platform, transport: Transport) -> None:
        self._network = network
        self._transport = transport

    def tell(self, hook: OutgoingWebhook) -> Signal:
        """Send a webhook whose answer means nothing, behind those that went before it for this leg."""
        before = hook.leg.told
        sent = hook.leg.told = Signal()
        if before is None or before.done:
            self._send(hook, sent)
        else:
            before.then(lambda _: self._send(hook, sent))
        return sent

    def _send(self, hook: OutgoingWebhook, sent: Signal, *, again: bool = False) -> None:
        """Send once, and once more where that helps; then `sent` fires. No process: nothing stops it on its way."""
        entry = self._noted(hook, again=again)

        def answered(reply: WebhookReply) -> None:
            self._arrived(entry, reply)
            if reply.worth_retrying and not again:
                self._send(hook, sent, again=True)
            else:
                sent.fire()

        self._transport(hook).then(answered)

    def ask(self, hook: OutgoingWebhook) -> Steps[Ncco | None]:
        """Send a webhook that an NCCO may answer; None where none came and the flow goes on (or ends)."""
        reply = yield from self._deliver(hook)
        ncco, wrong = read_answer(reply, hook.wants, legacy=self._network.legacy)
        if not wrong or (hook.wants == "optional" and not reply.sent):
            return ncco
        self._refuse(hook, wrong, messages.webhooks.not_an_answer(wrong))
        self._network.report_error(hook.leg, wrong)
        fallback = self._network.application.fallback
        if fallback is None:
            return None
        method, url = fallback
        payload = {**hook.payload, "reason": wrong, "original_request": {"url": hook.url, "type": hook.kind}}
        reply = yield from self._deliver(OutgoingWebhook("fallback", hook.leg, method, url, payload, "required"))
        ncco, wrong = read_answer(reply, "required", legacy=self._network.legacy)
        if wrong:
            self._refuse(hook, wrong, messages.webhooks.fallback_no_answer(wrong), fallback=True)
        return ncco

    def _refuse(self, hook: OutgoingWebhook, reason: str, message: Message, *, fallback: bool = False) -> None:
        """Note that an answer is not what the platform takes; `fallback`: that of the fallback URL."""
        data: dict[str, object] = {"event": "refused", "webhook": hook.kind, "url": hook.url, "reason": reason}
        if fallback:
            data["fallback"] = True
        self._network.note(hook.leg, message, data)

    def _deliver(self, hook: OutgoingWebhook) -> Steps[WebhookReply]:
        """Send once, and once more where that helps, as long as the flow of the leg waits for the answer."""
        for again in (False, True):
            entry = self._noted(hook, again=again)
            reply: WebhookReply = yield self._transport(hook)
            self._arrived(entry, reply)
            if not reply.worth_retrying:
                break
        return reply

    def _noted(self, hook: OutgoingWebhook, *, again: bool) -> TimelineEntry:
        """The entry of a webhook that is on its way."""
        text = f"{hook.payload.get('status') or hook.kind} to {hook.url}{' again' if again else ''}"
        data = {"kind": hook.kind, "method": hook.method, "url": hook.url, "payload": hook.payload}
        return self._network.log(hook.leg, "webhook", text, data)

    def _arrived(self, entry: TimelineEntry, reply: WebhookReply) -> None:
        entry.until = self._network.clock.now
        entry.data["answer"] = told(reply)
        entry.data["sent"] = reply.sent


def told(reply: WebhookReply) -> str:
    """What came back, in words."""
    if reply.failure:
        return reply.failure
    if not reply.body:
        return str(reply.status)
    return f"{reply.status}, {len(reply.body):,} bytes of {reply.content_type or 'no type'}"


def read_answer(reply: WebhookReply, wants: str, *, legacy: bool = False) -> tuple[Ncco | None, str]:
    """The NCCO of an answer, and what is wrong with it where something is. `legacy`: with inputs of old."""
    if reply.failure:
        return None, reply.failure
    if reply.status != 200 and (wants == "required" or not 200 <= reply.status <= 205):
        return None, f"the server answered {reply.status}" + (
            "; redirects are not followed" if 300 <= reply.status < 400 else ""
        )
    if len(reply.body) > LARGEST:
        return None, f"the answer is larger than {LARGEST:,} bytes"
    is_json = "json" in reply.content_type.casefold()
    if wants == "required" and not is_json:
        return None, f"the answer's type is {reply.content_type or 'missing'}, not application/json"
    if not reply.body.strip() or not is_json:
        return (None, "the answer is empty, not an NCCO") if wants == "required" else (None, "")
    ncco, wrong = _read(reply.body, legacy)
    if ncco is None and wants == "optional" and not reply.body.lstrip().startswith(b"["):
        return None, ""
    return ncco, wrong


@lru_cache(maxsize=512)
def _read(body: bytes, legacy: bool) -> tuple[Ncco | None, str]:
    try:
        document = read_strict_json(body)
    except DuplicateKey as error:
        return None, f"the answer is ambiguous: {error}"
    except ValueError:
        return None, "the answer is not JSON"
    if not isinstance(document, list):
        return None, "the answer is not an NCCO, which is an array of actions"
    errors = errors_of_ncco(document, legacy=legacy)
    if errors:
        where = "/".join(map(str, errors[0].path))
        return None, f"the NCCO is invalid: {errors[0].message}" + (f" (at /{where})" if where else "")
    return document, ""
