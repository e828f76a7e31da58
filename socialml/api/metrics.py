"""Counts and durations for Prometheus: of all web processes together, and of the queue."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from socialml.core.health import jobs_by_state, waiting_by_queue

REQUESTS = Counter("socialml_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "socialml_request_seconds",
    "Time to answer, by route.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)

_children: dict[tuple[str, str, int], Counter] = {}


def request_observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. Routes are patterns, so their number is bounded."""
    child = _children.get((method, route, status))
    if child is None:
        child = REQUESTS.labels(method, route, str(status))
        _children[(method, route, status)] = child
    child.inc()
    SECONDS.labels(route).observe(seconds)


def exposition() -> bytes:
    """Return everything in Prometheus' text format.

    With PROMETHEUS_MULTIPROC_DIR the processes of one server add their counts up in files
    there; without it this process tells its own.
    """
    registry = CollectorRegistry()
    registry.register(QueueCollector())
    if settings.SOCIALML_METRICS_DIR:
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(REGISTRY) + generate_latest(registry)


class QueueCollector:
    """The jobs by state and queue, asked of the database when Prometheus asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            jobs, queues = jobs_by_state(), waiting_by_queue()
        except DatabaseError:
            return
        counts = GaugeMetricFamily("socialml_jobs", "Jobs, by state.", labels=["state"])
        ages = GaugeMetricFamily(
            "socialml_oldest_job_seconds", "Age of the oldest job, by state.", labels=["state"]
        )
        now = timezone.now()
        for state, (count, oldest) in jobs.items():
            counts.add_metric([state], count)
            ages.add_metric([state], (now - oldest).total_seconds() if oldest else 0.0)
        depths = GaugeMetricFamily(
            "socialml_queue_depth", "Jobs that wait or are worked on, by queue.", labels=["queue"]
        )
        for queue, depth in queues.items():
            depths.add_metric([queue], depth)
        yield counts
        yield ages
        yield depths
