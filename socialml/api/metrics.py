"""Counts and durations for Prometheus."""

from prometheus_client import Counter, Histogram

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
