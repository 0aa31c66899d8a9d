"""What every webhook goes through, whichever server it came to: signature, form, the flow; then log and numbers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl

from nccodsl.base.ids import id_in
from nccodsl.base.strict_json import DuplicateKey
from nccodsl.diagnostics import Message, messages
from nccodsl.runtime.address_name import is_base_url
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.webhook import ROUTES, Reply, Webhook, failed, payload_of
from nccodsl.runtime.webhook_json import read_json
from nccodsl.server.driver import Driver, Watch
from nccodsl.server.log import Log, LogLine, problem_of
from nccodsl.server.refusals import BadStore, CannotServe
from nccodsl.server.signatures import Signatures
from nccodsl.server.state_key import space_of

LARGEST_BODY = 64 * 1024
"""Bytes of a webhook's body."""
METHODS = ("GET", "POST")
_MOST_PARAMETERS = 200
_JSON = ((b"content-type", b"application/json"),)
_ALLOW = ((b"allow", b"GET, POST"),)


class WebhookRequest(NamedTuple):
    """A request as it came. `query` is what stands behind `?`; `body` is None where it is too large."""

    method: str
    query: bytes = b""
    authorization: str | None = None
    body: bytes | None = b""
    content_type: str = ""


class HttpAnswer(NamedTuple):
    """What is sent back; names of headers are in lower case."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Counts(Watch, Protocol):
    """Who counts webhooks, too."""

    def answered(self, flow: str, route: str, status: int, seconds: float) -> None: ...

    def refused(self, reason: str) -> None: ...


class Forwards(Protocol):
    """Who passes webhooks on."""

    async def forward(self, flow: str, route: str, leg: str, request: WebhookRequest) -> None:
        """Pass a webhook on. Raises nothing."""


class Front:
    """Answers requests; nothing that they hold makes it raise. Webhooks that are not refused are also passed on."""

    def __init__(
        self,
        driver: Driver,
        signatures: Signatures,
        log: Log,
        counts: Counts | None = None,
        forwards: Forwards | None = None,
    ) -> None:
        self.driver = driver
        self._forwards = forwards
        self.log = log
        self._signatures = signatures
        self._counts = counts

    async def answer(self, script: Runnable | None, route: str, request: WebhookRequest) -> HttpAnswer:
        """The answer to a request that came to a route of a script; None where there is no such script."""
        began = time.perf_counter()
        webhook: Webhook | None = None
        try:
            query = read_query(request.query)
            found = self._read(script, route, request, query)
            if isinstance(found, Webhook):
                webhook = found
                assert script is not None
                if self._forwards is not None:
                    await self._forwards.forward(space_of(script)[:-1], route, _leg(webhook), request)
                reply = await self._reply(script, webhook)
            else:
                reply = found
        except _BadRequest as reason:
            reply = failed(400, messages.webhooks.malformed(str(reason)))
        self._tell(script if route in ROUTES else None, route, webhook, reply, time.perf_counter() - began)
        if reply.status == 200:
            return HttpAnswer(200, reply.body, _JSON)
        return HttpAnswer(reply.status, b"", _ALLOW if reply.status == 405 else ())

    def late(self, script: Runnable | None, route: str) -> HttpAnswer:
        """The answer to a request whose body did not come."""
        reply = failed(408, messages.webhooks.body_did_not_come())
        self._tell(script if route in ROUTES else None, route, None, reply, 0.0)
        return HttpAnswer(reply.status)

    async def reply(self, script: Runnable, webhook: Webhook) -> Reply:
        """The reply to a webhook that another program has received and trusts."""
        began = time.perf_counter()
        reply = await self._reply(script, webhook)
        self._tell(script, webhook.route, webhook, reply, time.perf_counter() - began)
        return reply

    def _read(
        self, script: Runnable | None, route: str, request: WebhookRequest, query: Mapping[str, str]
    ) -> Webhook | Reply:
        """The webhook, or why it is refused. Raises _BadRequest."""
        if script is None or route not in ROUTES:
            return failed(404, messages.webhooks.no_script_there())
        if request.method not in METHODS:
            return failed(405, messages.webhooks.neither_get_nor_post())
        if request.body is None:
            return failed(413, messages.webhooks.body_too_large(LARGEST_BODY // 1024))
        refusal = self._signatures.refusal(request.authorization, request.method, request.body, query)
        if refusal is not None:
            if self._counts is not None:
                self._counts.refused(refusal.reason)
            return failed(refusal.status, messages.webhooks.bad_signature(refusal.told))
        payload = payload_of(query) if request.method == "GET" else read_payload(request.body)
        return Webhook(route, query, payload, self._signatures.proof(request.authorization), time.time())

    async def _reply(self, script: Runnable, webhook: Webhook) -> Reply:
        try:
            reply = await self.driver.handle(script, webhook)
            if reply.code == _FOREIGN and self._counts is not None:
                self._counts.refused("call")
            return reply
        except BadStore as error:
            # The platform comes once more after 503 (webhook reference); the store may be back then.
            return failed(503, Message(error.code, str(error)))
        except Exception as error:
            return failed(500, messages.webhooks.internal_error(type(error).__name__))

    def _tell(self, script: Runnable | None, route: str, webhook: Webhook | None, reply: Reply, seconds: float) -> None:
        flow = space_of(script)[:-1] if script is not None else ""
        route = route if script is not None and route in ROUTES else ""
        if self._counts is not None:
            self._counts.answered(flow, route, reply.status, seconds)
        payload: Mapping[str, Any] = webhook.payload if webhook is not None else {}
        leg = _leg(webhook) if webhook is not None else ""
        conversation = id_in(payload.get("conversation_uuid"))
        code = reply.code
        more = (code, problem_of(code, reply.problem), reply.place) if code else ()
        status, block, moved = reply.status, reply.block, reply.moved
        self.log.webhook(
            LogLine(time.time(), flow, route, status, seconds * 1000, leg, conversation, block, moved, *more)
        )


def _leg(webhook: Webhook) -> str:
    return id_in(webhook.payload.get("uuid")) or id_in(webhook.payload.get("call_uuid"))


_FOREIGN = "E814"


class _BadRequest(ValueError):
    """What came is no webhook."""


def checked_url(text: str) -> str:
    """An address that routes can be put behind, without a slash at its end. Raises CannotServe."""
    if not is_base_url(text):
        raise CannotServe(f"`{text[:100]}` is not a URL", "write a URL such as `https://calls.example.com`")
    return text.rstrip("/")


def read_query(query: bytes) -> dict[str, str]:
    """The parameters in the order of the request; of one that is there twice, the first. Raises _BadRequest."""
    if not query:
        return {}
    try:
        pairs = _pairs(query.decode("latin-1"))
    except ValueError:
        raise _BadRequest(f"the address has more than {_MOST_PARAMETERS} parameters") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def _pairs(query: str) -> list[tuple[str, str]]:
    """As `parse_qsl`, which takes much longer for what has nothing to decode. Raises ValueError."""
    if "%" in query or "+" in query or query.count("&") >= _MOST_PARAMETERS:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(name, value) for name, _, value in parts]


def read_payload(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises _BadRequest."""
    try:
        payload = read_json(body)
    except DuplicateKey:
        raise _BadRequest("the body has a key twice") from None
    except ValueError:
        raise _BadRequest("the body is not JSON") from None
    if not isinstance(payload, dict):
        raise _BadRequest("the body is not a JSON object")
    return payload
