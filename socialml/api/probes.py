"""Probes and metrics, for machines."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from socialml.api.metrics import exposition
from socialml.core.health import readiness


def live(request: HttpRequest) -> HttpResponse:
    """/health/live: the process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """/health/ready: 200 while requests can be served, 503 else."""
    is_ready, parts = readiness()
    return JsonResponse(parts, status=200 if is_ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """/metrics: counts and durations, as Prometheus reads them."""
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
