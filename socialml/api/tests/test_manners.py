import pytest
from django.test import Client, override_settings

from socialml.core.redis import breaker

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api/nowhere", "/api/profile/٣/follow", "/api/post/%00"]
)
def test_no_such_page_is_json(api, path):
    response = api.get(path)

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_a_forged_host_is_json(api):
    response = api.get("/api/test/echo", HTTP_HOST="evil.example")

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "bad_request"


@pytest.mark.parametrize("method", ["TRACE", "FOO", "CONNECT"])
def test_a_strange_method_is_405(api, method):
    response = api.generic(method, "/api/test/echo")

    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")


def test_a_method_cannot_be_overridden_by_a_header(api):
    response = api.post("/api/test/mine", HTTP_X_HTTP_METHOD_OVERRIDE="GET")

    assert response.status_code in (401, 405)


def test_every_answer_carries_its_request_id(api):
    given = api.get("/api/test/echo", HTTP_X_REQUEST_ID="client-chose-1")
    refused = api.get("/nowhere", HTTP_X_REQUEST_ID="bad id\n")

    assert given["X-Request-ID"] == "client-chose-1"
    assert len(refused["X-Request-ID"]) == 32
    assert refused.json()["request_id"] == refused["X-Request-ID"]


def test_answers_of_the_api_are_private_and_inert(api):
    response = api.get("/api/test/echo")

    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("media_url", "media"),
    [("/media/", "media-src 'self';"), ("https://cdn.example/m/", "'self' https://cdn.example;")],
)
def test_pages_of_the_admin_run_our_own_scripts_and_show_media_from_where_they_lie(
    settings, media_url, media
):
    settings.MEDIA_URL = media_url

    policy = Client().get("/admin/login/")["Content-Security-Policy"]

    assert policy.startswith("default-src 'self';")
    assert media in policy
    assert "unsafe" not in policy


def test_a_page_of_the_admin_takes_no_address_with_a_nul():
    answer = Client().get("/admin/login/?next=%00")

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid"


@override_settings(DEBUG=False)
def test_health_answers_with_and_without_redis():
    client = Client()
    breaker._open_until = 0.0
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").json()["cache"] == "ok"

    breaker._open_until = float("inf")
    try:
        response = client.get("/health/ready")
    finally:
        breaker._open_until = 0.0

    assert (response.status_code, response.json()["status"]) == (200, "degraded")


def test_metrics_count_requests_by_route(api):
    api.get("/api/test/echo")

    body = api.get("/metrics").content.decode()

    assert 'route="api/test/echo"' in body
    assert 'socialml_jobs{state="waiting"} 0.0' in body


def test_the_documentation_needs_nothing_from_elsewhere(api):
    page = api.get("/docs").content.decode()

    assert "https://" not in page
    assert "swagger-ui-bundle.js" in page
