"""Figures of the service for Prometheus (`/metrics`), in a registry of its own."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from extractor.service.pool import Pool

MEDIA = CONTENT_TYPE_PLAIN_0_0_4
#: Seconds by which requests are counted.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class Meters:
    """What is counted."""

    def __init__(self, pool: Pool) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "danvan_requests", "Requests by route, method and status.", ("route", "method", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "danvan_request_seconds", "Seconds from the head of a request to the end of its answer.", ("route",),
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.articles = Counter(
            "danvan_articles", "Articles by what came of them: read, or the stage of the reject.", ("outcome",),
            registry=self.registry,
        )  # fmt: skip
        self.facts = Counter("danvan_facts", "Facts by kind.", ("kind",), registry=self.registry)
        self.registry.register(_Pool(pool))
        ProcessCollector(registry=self.registry)

    def text(self) -> bytes:
        """All figures, as Prometheus reads them."""
        return generate_latest(self.registry)


class _Pool(Collector):
    """The state of the pool when it is asked for."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges."""
        pool = self.pool
        yield GaugeMetricFamily("danvan_queue", "Articles that wait for a worker.", pool.waiting)
        yield GaugeMetricFamily("danvan_workers_ready", "Worker processes that are ready.", pool.ready)
        yield GaugeMetricFamily("danvan_worker_deaths", "Worker processes that had to be replaced.", pool.deaths)
