"""The page of the dashboard. All it shows it asks the REST API for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from socialml.demo.views import content_policy


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """/dashboard: the shell that the modules in static/dashboard fill."""
    response = render(request, "dashboard/index.html")
    response["Content-Security-Policy"] = content_policy("")
    response["Cache-Control"] = "no-cache"
    response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    return response
