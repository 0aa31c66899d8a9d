"""Numbers for Prometheus, in a registry of their own."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Counts webhooks and calls. Names of flows and routes come from the scripts, never from requests."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        named = ("flow",)
        self._webhooks = Counter(
            "nccodsl_webhooks", "Webhooks answered", ("flow", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "nccodsl_webhook_seconds",
            "Seconds from a webhook to its answer",
            ("flow", "route"),
            registry=registry,
            buckets=_BUCKETS,
        )
        self._answered: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._fetches = Counter("nccodsl_fetches", "Fetches by outcome", ("flow", "outcome"), registry=registry)
        self._began = Counter("nccodsl_calls_started", "Calls started", named, registry=registry)
        self._ended = Counter("nccodsl_calls_ended", "Calls ended", named, registry=registry)
        self._deliveries = Counter("nccodsl_deliveries", "Deliveries by outcome", ("outcome",), registry=registry)
        self._refused = Counter(
            "nccodsl_signatures_refused", "Webhooks refused because of their signature", ("reason",), registry=registry
        )

    def answered(self, flow: str, route: str, status: int, seconds: float) -> None:
        """A webhook was answered."""
        known = self._answered.get((flow, route, status))
        if known is None:
            # Looking a label up takes longer than counting.
            known = (self._webhooks.labels(flow, route, str(status)), self._seconds.labels(flow, route))
            self._answered[flow, route, status] = known
        known[0].inc()
        known[1].observe(seconds)

    def fetched(self, flow: str, outcome: str) -> None:
        """A fetch brought something, or failed."""
        self._fetches.labels(flow, outcome).inc()

    def began(self, flow: str) -> None:
        """A call began."""
        self._began.labels(flow).inc()

    def ended(self, flow: str) -> None:
        """A call is over."""
        self._ended.labels(flow).inc()

    def delivered(self, outcome: str) -> None:
        """A request of the outbox was delivered, or an attempt failed."""
        self._deliveries.labels(outcome).inc()

    def refused(self, reason: str) -> None:
        """A webhook was not signed as it should be."""
        self._refused.labels(reason).inc()

    def to_text(self) -> bytes:
        """What Prometheus reads."""
        return generate_latest(self._registry)
