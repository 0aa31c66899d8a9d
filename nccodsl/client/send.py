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
from nccodsl.client.retry import PASSING, Retries, SendFailure, retry_after

T = TypeVar("T")

SEND: Final = None
LARGEST_ANSWER = 16 * 2**20
"""Bytes; the longest page of calls is far smaller."""

_NOT_SENT = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout),
    *(httpx.ProxyError, httpx.UnsupportedProtocol),
)
_RECONCILE = "do not repeat it blindly: `nccodsl calls reconcile` looks the call up"
_SAFE = "nothing was sent, so it is safe to try again"
_UNCHANGED = "nothing was changed, so it is safe to try again"
_TLS_HELP = (
    (
        "CERTIFICATE_VERIFY_FAILED",
        "SSL_CERT_FILE names a file of certificates to trust, such as the one of your own proxy or emulator",
    ),
    ("WRONG_VERSION_NUMBER", "the server speaks no TLS there: is it an http:// address?"),
)


class ApiAnswer(Record):
    """What came back; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Steps = Generator[float | None, ApiAnswer | httpx.HTTPError | None, T]


class Timeouts(Record):
    """Seconds: until a connection stands, for each read and write, for a free connection, and for a whole answer."""

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

    def exchange(self, request: ApiRequest[T]) -> Steps[T]:
        """Attempts until there is a result or nothing more to try. Raises VoiceError."""
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
            seconds = self.retries.wait(
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
                    f"{from_response(got.status, got.headers, got.body)}; whether the call was placed is not known",
                    _RECONCILE,
                    status=got.status,
                )
            return from_response(got.status, got.headers, got.body)
        if failure is SendFailure.NOT_SENT:
            return self.unreachable(got)
        reason = self._reason(got)
        if request.creates:
            return OutcomeUnknown(
                f"{self.host} was sent the call, but {reason}: whether it was placed is not known", _RECONCILE
            )
        if request.method == "GET":
            return Unreachable(f"{self.host} was asked, but {reason}", _UNCHANGED)
        return OutcomeUnknown(
            f"{self.host} was sent `{request.name}`, but {reason}: whether it was done is not known",
            "`nccodsl calls show` shows how the call stands",
        )

    def unreachable(self, error: httpx.HTTPError) -> Unreachable:
        """Nothing was sent."""
        help = next((help for sign, help in _TLS_HELP if sign in str(error)), _SAFE)
        return Unreachable(f"{self.host} cannot be reached: {self._reason(error)}", help)

    def broken(self, error: httpx.HTTPError) -> Unreachable:
        """A download failed: whatever was sent has changed nothing."""
        if isinstance(error, _NOT_SENT):
            return self.unreachable(error)
        return Unreachable(f"{self.host} was asked, but {self._reason(error)}", _UNCHANGED)

    def _reason(self, error: httpx.HTTPError) -> str:
        if isinstance(error, httpx.ConnectTimeout):
            return f"no connection came about within {self.timeouts.connect:g} s"
        if isinstance(error, httpx.PoolTimeout):
            return "all connections are busy"
        if isinstance(error, httpx.TimeoutException):
            return "no answer came in time"
        if isinstance(error, _NOT_SENT):
            return shown(str(error)) or type(error).__name__
        return "the connection broke"


def _failure(got: ApiAnswer | httpx.HTTPError) -> SendFailure:
    if isinstance(got, ApiAnswer):
        if got.status == 429:
            return SendFailure.LIMITED
        return SendFailure.SERVER if got.status in PASSING else SendFailure.FINAL
    return SendFailure.NOT_SENT if isinstance(got, _NOT_SENT) else SendFailure.LOST


def _result(request: ApiRequest[T], answer: ApiAnswer) -> T:
    """The result of a 2xx answer. A web page is none: somebody else than the API wrote it."""
    is_html = "html" in answer.headers.get("content-type", "").casefold() or answer.body.lstrip()[:1] == b"<"
    if is_html and request.creates:
        raise OutcomeUnknown(
            f"a web page came in answer to the call ({answer.status}): whether it was placed is not known",
            _RECONCILE,
            status=answer.status,
        )
    if is_html:
        raise from_response(answer.status, answer.headers, answer.body)
    try:
        return request.read(answer.body)
    except (ValueError, RecursionError) as error:
        reason = "it is no JSON" if isinstance(error, RecursionError | UnicodeError) else shown(str(error), 100)
        raise BadAnswer(
            f"the answer to `{request.name}` is not what the API answers ({answer.status}): {reason}",
            "look at --host: is this the API?",
            status=answer.status,
            detail=shown(answer.body[:4096].decode("utf-8", "replace")),
        ) from None
