"""A trace for each call of a campaign, from its claim to its end (extra `otel`).

All spans of an attempt have one trace, whose id is that of the attempt: the worker that places a call and the one that
learns of its end need not be the same. Spans go to the tracer provider that the process has, for instance that of
`opentelemetry-instrument nccodsl campaign work`; without one nothing happens. They hold no numbers and no values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from nccodsl.campaign.book import AttemptResult, CallEnd, Claim, PlacedCall

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_NAME = "nccodsl.campaign"
_NANOSECONDS = 1_000_000_000


class CallTraces:
    """Records spans; without the package, or a tracer provider, it does nothing."""

    def __init__(self) -> None:
        self._tracer = _tracer()

    def sent(self, claim: Claim, result: AttemptResult, began: float, ended: float) -> None:
        """The request of a claim, between two moments in Unix time."""
        told: dict[str, str | int] = {"nccodsl.campaign": claim.campaign, "nccodsl.reference": claim.reference}
        told |= {"nccodsl.row": claim.recipient.id, "nccodsl.state": result.state}
        if result.detail is not None:
            told["nccodsl.detail"] = result.detail
        self._span("create call", claim.attempt, began, ended, told, failed=result.state != "placed")

    def ended(self, call: PlacedCall, end: CallEnd) -> None:
        """The whole call: from its claim until it ended."""
        told: dict[str, str | int] = {"nccodsl.campaign": call.campaign, "nccodsl.outcome": end.outcome}
        if end.seconds is not None:
            told["nccodsl.seconds"] = round(end.seconds)
        if end.uuid is not None:
            told["nccodsl.uuid"] = end.uuid
        self._span("call", call.attempt, call.claimed, max(end.ended, call.claimed), told)

    def _span(
        self,
        name: str,
        attempt: str,
        began: float,
        ended: float,
        told: dict[str, str | int],
        *,
        failed: bool = False,
    ) -> None:
        if self._tracer is None:
            return
        from opentelemetry import trace

        number = UUID(attempt).int
        parent = trace.SpanContext(
            number, number & (2**64 - 1) or 1, is_remote=True, trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED)
        )
        context = trace.set_span_in_context(trace.NonRecordingSpan(parent))
        span = self._tracer.start_span(name, context, attributes=told, start_time=int(began * _NANOSECONDS))
        if failed:
            span.set_status(trace.StatusCode.ERROR)
        span.end(int(ended * _NANOSECONDS))


def _tracer() -> Tracer | None:
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace.get_tracer(_NAME)
