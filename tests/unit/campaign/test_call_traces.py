"""A call of a campaign is one trace, whichever worker learns of what."""

from __future__ import annotations

from uuid import UUID

import pytest

from nccodsl.campaign.book import AttemptResult, CallEnd, Claim, PlacedCall, Verdict, Waiting
from nccodsl.campaign.call_traces import CallTraces

ATTEMPT = "11111111-2222-5333-8444-555555555555"


def claim() -> Claim:
    return Claim(ATTEMPT, "a/7/1", "a", Waiting(7, "14155550101"), 0.0, Verdict("call", "due", "US"))


def test_the_spans_of_a_call_are_one_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("nccodsl.campaign.call_traces._tracer", lambda: provider.get_tracer("tests"))
    # One worker places the call, another one follows it.
    CallTraces().sent(claim(), AttemptResult("refused", "E704, HTTP 400"), 100.0, 100.5)
    CallTraces().ended(
        PlacedCall(ATTEMPT, "a", "14155550101", 100.0, "uuid-1"), CallEnd("completed", 101.0, 130.0, 29.2)
    )
    first, second = exporter.get_finished_spans()
    assert {one.context.trace_id for one in (first, second) if one.context} == {UUID(ATTEMPT).int}
    assert (first.name, first.start_time, first.end_time) == ("create call", 100_000_000_000, 100_500_000_000)
    assert not first.status.is_ok
    assert dict(second.attributes or {}) == {
        "nccodsl.campaign": "a",
        "nccodsl.outcome": "completed",
        "nccodsl.seconds": 29,
    }
    assert "14155550101" not in f"{first.to_json()}{second.to_json()}"


def test_without_the_package_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nccodsl.campaign.call_traces._tracer", lambda: None)
    CallTraces().sent(claim(), AttemptResult("placed"), 1.0, 2.0)
