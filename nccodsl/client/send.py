"""From a request to its result, without I/O: what is sent when, what failed how, and when it is enough.

`exchange` is a generator that both clients drive: it yields `SEND` to have the request sent, or seconds to wait, and is
given an `Answer` or the exception of httpx.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from random import Random
from typing import Final, TypeVar

import httpx

from nccodsl.base.record import Record
from nccodsl.client.api_request import ApiRequest
from nccodsl.client.clock import server_date
from nccodsl.client.failures import BadAnswer, OutcomeUnknown, Unreachable, VoiceError, from_response, shown
from nccodsl.client.retry import NEVER, PASSING, Retries, SendFailure, retry_after
from nccodsl.diagnostics import messages

T = TypeVar("T")

SEND: Final = None
LARGEST_ANSWER = 16 * 2**20
"""Bytes; the longest page of calls is far smaller."""

NOT_SENT = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout),
    *(httpx.ProxyError, httpx.UnsupportedProtocol),
)
"""Errors before the first byte of a request was sent."""


class ApiAnswer(Record):
    """What came back; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Steps = Generator[float | None, ApiAnswer | httpx.HTTPError | None, T]


class Timeouts(Record):
    """Seconds for the connection, for each read and write, for a free connection, and for a whole response."""

    connect: float = 5.0
    read: float = 30.0
    write: float = 15.0
    pool: float = 5.0
    whole: float = 120.0


class RequestSender(Record):
    """What the attempts of one client have in common. `host` is what messages call the server."""

    host: str
    retries: Retries
    timeouts: Timeouts
    random: Random
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time

    def exchange(self, request: ApiRequest[T], *, once: bool = False) -> Steps[T]:
        """Attempts until there is a result or nothing more to try; `once`: there is one. Raises VoiceError."""
        retries = NEVER if once else self.retries
        repeatable = request.repeatable and not request.creates
        began, attempt = self.clock(), 0
        while True:
            attempt += 1
            got = yield SEND
            if isinstance(got, ApiAnswer) and 200 <= got.status < 300:
                return _result(request, got)
            assert got is not None
            failure = _failure(got)
            wish = self._wish(got) if isinstance(got, ApiAnswer) else None
            seconds = retries.wait(
                failure,
                repeatable=repeatable,
                attempt=attempt,
                elapsed=self.clock() - began,
                random=self.random,
                wish=wish,
            )
            if seconds is None:
                raise self._told(request, got, failure) from None
            yield seconds

    def _wish(self, answer: ApiAnswer) -> float | None:
        """Seconds that the server wants one to wait; a date is read by the server's own clock where it tells it."""
        date = server_date(answer.headers)
        return retry_after(answer.headers.get("retry-after"), self.now if date is None else lambda: date)

    def _told(self, request: ApiRequest[T], got: ApiAnswer | httpx.HTTPError, failure: SendFailure) -> VoiceError:
        """The exception for the last attempt."""
        if isinstance(got, ApiAnswer):
            if request.creates and got.status >= 500:
                return OutcomeUnknown(
                    messages.calls.maybe_placed(str(from_response(got.status, got.headers, got.body))),
                    status=got.status,
                )
            return from_response(got.status, got.headers, got.body)
        if failure is SendFailure.NOT_SENT:
            return self.unreachable(got)
        reason = self._reason(got)
        if request.creates:
            return OutcomeUnknown(messages.calls.sent_but(self.host, reason))
        if request.method == "GET":
            return Unreachable(messages.calls.asked_in_vain(self.host, reason))
        return OutcomeUnknown(messages.calls.ordered_but(self.host, request.name, reason))

    def unreachable(self, error: httpx.HTTPError) -> Unreachable:
        """Nothing was sent."""
        return Unreachable(messages.calls.cannot_reach(self.host, self._reason(error), str(error)))

    def broken(self, error: httpx.HTTPError) -> Unreachable:
        """A download failed: whatever was sent has changed nothing."""
        if isinstance(error, NOT_SENT):
            return self.unreachable(error)
        return Unreachable(messages.calls.asked_in_vain(self.host, self._reason(error)))

    def _reason(self, error: httpx.HTTPError) -> str:
        if isinstance(error, httpx.ConnectTimeout):
            return f"no connection within {self.timeouts.connect:g} s"
        if isinstance(error, httpx.PoolTimeout):
            return "all connections are busy"
        if isinstance(error, httpx.TimeoutException):
            return "no answer in time"
        if isinstance(error, NOT_SENT):
            return shown(str(error)) or type(error).__name__
        return "the connection was lost"


def _failure(got: ApiAnswer | httpx.HTTPError) -> SendFailure:
    if isinstance(got, ApiAnswer):
        if got.status == 429:
            return SendFailure.LIMITED
        return SendFailure.SERVER if got.status in PASSING else SendFailure.FINAL
    return SendFailure.NOT_SENT if isinstance(got, NOT_SENT) else SendFailure.LOST


def _result(request: ApiRequest[T], answer: ApiAnswer) -> T:
    """The result of a 2xx answer. A web page is not one: the API did not write it."""
    is_html = "html" in answer.headers.get("content-type", "").casefold() or answer.body.lstrip()[:1] == b"<"
    if is_html and request.creates:
        raise OutcomeUnknown(messages.calls.page_for_call(answer.status), status=answer.status)
    if is_html:
        raise from_response(answer.status, answer.headers, answer.body)
    try:
        return request.read(answer.body)
    except (ValueError, RecursionError) as error:
        reason = "it is not JSON" if isinstance(error, RecursionError | UnicodeError) else shown(str(error), 100)
        raise BadAnswer(
            messages.calls.odd_answer(request.name, answer.status, reason),
            status=answer.status,
            detail=shown(answer.body[:4096].decode("utf-8", "replace")),
        ) from None
