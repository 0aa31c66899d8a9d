"""Numbers for Prometheus.

prometheus_client writes the text. Its own counters take a lock and a search for each number, on each webhook.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector

from nccodsl.server.tally import Counted, Key, Tally, added

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class _Form(NamedTuple):
    """How a metric is described; a histogram has a number for each bucket, one for those above, and the sum."""

    text: str
    labels: tuple[str, ...]
    kind: str = "counter"


_WEBHOOKS, _SECONDS, _FETCHES = "nccodsl_webhooks", "nccodsl_webhook_seconds", "nccodsl_fetches"
_BEGAN, _ENDED, _DELIVERIES = "nccodsl_calls_started", "nccodsl_calls_ended", "nccodsl_deliveries"
_REFUSED = "nccodsl_signatures_refused"
_FORMS = {
    _WEBHOOKS: _Form("Webhooks answered", ("flow", "route", "status")),
    _SECONDS: _Form("Seconds from a webhook to its answer", ("flow", "route"), "histogram"),
    _FETCHES: _Form("Fetches by outcome", ("flow", "outcome")),
    _BEGAN: _Form("Calls started", ("flow",)),
    _ENDED: _Form("Calls ended", ("flow",)),
    _DELIVERIES: _Form("Deliveries by outcome", ("outcome",)),
    _REFUSED: _Form("Webhooks refused because of their signature", ("reason",)),
}
Others = Callable[[], Iterable[Mapping[Key, Counted]]]
"""What other processes have counted that serve the same."""


class Metrics:
    """Counts webhooks and calls, in one thread. Names of flows and routes come from scripts, never from requests."""

    def __init__(self, tally: Tally | None = None, others: Others | None = None) -> None:
        self._tally = tally or Tally()
        self._others = others
        self._answered: dict[tuple[str, str, int], tuple[memoryview[float], memoryview[float]]] = {}

    def answered(self, flow: str, route: str, status: int, seconds: float) -> None:
        """A webhook was answered."""
        known = self._answered.get((flow, route, status))
        if known is None:
            of = self._tally.of
            known = (of(_WEBHOOKS, (flow, route, str(status))), of(_SECONDS, (flow, route), len(_BUCKETS) + 2))
            self._answered[flow, route, status] = known
        count, times = known
        count[0] += 1.0
        times[bisect_left(_BUCKETS, seconds)] += 1.0
        times[-1] += seconds

    def fetched(self, flow: str, outcome: str) -> None:
        """A fetch brought something, or failed."""
        self._tally.of(_FETCHES, (flow, outcome))[0] += 1.0

    def began(self, flow: str) -> None:
        """A call began."""
        self._tally.of(_BEGAN, (flow,))[0] += 1.0

    def ended(self, flow: str) -> None:
        """A call is over."""
        self._tally.of(_ENDED, (flow,))[0] += 1.0

    def delivered(self, outcome: str) -> None:
        """A request of the outbox was delivered, or an attempt failed."""
        self._tally.of(_DELIVERIES, (outcome,))[0] += 1.0

    def refused(self, reason: str) -> None:
        """A webhook was not signed as it should be."""
        self._tally.of(_REFUSED, (reason,))[0] += 1.0

    def to_text(self) -> bytes:
        """What Prometheus reads: the sum over all processes. Raises OSError."""
        others = self._others() if self._others is not None else ()
        registry = CollectorRegistry()
        registry.register(_Counted(added((self._tally.counted(), *others))))
        return generate_latest(registry)


class _Counted(Collector):
    """What was counted, as prometheus_client takes it."""

    def __init__(self, counted: Mapping[Key, Counted]) -> None:
        self._counted = counted

    def collect(self) -> Iterator[Metric]:
        for name, form in _FORMS.items():
            metric = Metric(name, form.text, form.kind)
            write = _histogram if form.kind == "histogram" else _counter
            for key, counted in self._counted.items():
                if key.name == name:
                    write(metric, dict(zip(form.labels, key.labels, strict=True)), counted)
            yield metric


def _counter(metric: Metric, labels: dict[str, str], counted: Counted) -> None:
    metric.add_sample(f"{metric.name}_total", labels, counted.numbers[0])
    metric.add_sample(f"{metric.name}_created", labels, counted.created)


def _histogram(metric: Metric, labels: dict[str, str], counted: Counted) -> None:
    *buckets, total = counted.numbers
    below = list(accumulate(buckets))
    for most, count in zip((*_BUCKETS, float("inf")), below, strict=True):
        le = "+Inf" if most == float("inf") else str(most)
        metric.add_sample(f"{metric.name}_bucket", {**labels, "le": le}, count)
    metric.add_sample(f"{metric.name}_count", labels, below[-1])
    metric.add_sample(f"{metric.name}_sum", labels, total)
    metric.add_sample(f"{metric.name}_created", labels, counted.created)
