from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client
from rest_framework.test import APIClient

from socialml.api.gate import client_address
from socialml.api.tests.conftest import claims, signed
from socialml.core.models import RequestCount
from socialml.core.redis import breaker

pytestmark = pytest.mark.usefixtures("one_rate_window")


@pytest.fixture(autouse=True)
def _narrow(settings):
    settings.SOCIALML_RATE_LIMITS = {
        **settings.SOCIALML_RATE_LIMITS,
        "anonymous": (5, 3600),
        "account": (5, 3600),
        "report": (5, 3600),
        "login": (5, 3600),
    }


def statuses(client, count, **headers):
    return [client.get("/api/test/echo", **headers).status_code for _ in range(count)]


@pytest.mark.django_db
def test_the_request_after_the_last_is_429_and_says_when_to_come_back(api):
    assert statuses(api, 6) == [200] * 5 + [429]

    refused = api.get("/api/test/echo")

    assert refused.json()["error"]["code"] == "rate_limited"
    assert 0 < int(refused["Retry-After"]) <= 3601


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_X_CLIENT_IP"]
)
def test_a_forged_address_buys_no_request(api, header):
    found = [
        api.get("/api/test/echo", **{header: f"10.0.0.{n}, 10.1.0.{n}"}).status_code
        for n in range(8)
    ]

    assert found == [200] * 5 + [429] * 3


FORGED = ["unknown", "1.1.1.1, 2.2.2.2", "::ffff:1.1.1.1", "9" * 5000, "é", ",,,", "127.0.0.1"]


@pytest.mark.django_db
def test_a_forged_address_of_any_form_buys_no_request(api):
    headers = ("HTTP_X_FORWARDED_FOR", "HTTP_TRUE_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP")
    found = [
        api.get("/api/test/echo", **dict.fromkeys(headers, value)).status_code for value in FORGED
    ]

    assert found == [200] * 5 + [429] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("value", FORGED)
def test_behind_our_proxy_a_forged_address_breaks_nothing(api, settings, value):
    settings.SOCIALML_PROXIES = 2

    assert api.get("/api/test/echo", HTTP_X_FORWARDED_FOR=value).status_code == 200


@pytest.mark.django_db
def test_behind_our_proxy_the_address_it_saw_counts(api, settings, rf):
    settings.SOCIALML_PROXIES = 1

    found = [
        api.get("/api/test/echo", HTTP_X_FORWARDED_FOR=f"6.6.6.{n}, 9.9.9.9").status_code
        for n in range(8)
    ]

    assert found == [200] * 5 + [429] * 3
    request = rf.get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 9.9.9.9")
    assert client_address(request) == "9.9.9.9"


def test_one_subscribers_ipv6_addresses_are_one(rf):
    one = client_address(rf.get("/", REMOTE_ADDR="2001:db8:1:2:aaaa::1"))
    other = client_address(rf.get("/", REMOTE_ADDR="2001:db8:1:2:bbbb::2"))

    assert one == other
    assert client_address(rf.get("/", REMOTE_ADDR="::ffff:1.2.3.4")) == "1.2.3.4"


@pytest.mark.django_db
def test_accounts_are_counted_apart():
    clients = []
    for user_id in ("7", "8"):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {signed(claims(user_id=user_id))}")
        clients.append(client)

    assert statuses(clients[0], 6)[-1] == 429
    assert statuses(clients[1], 1) == [200]


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_cannot_slip_through():
    def ask(_):
        return Client().get("/api/test/echo").status_code

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(ask, range(60)))

    assert found.count(200) == 5
    assert found.count(429) == 55


@pytest.mark.django_db
def test_without_redis_reads_pass_and_sign_ins_are_counted_in_the_database(api, monkeypatch):
    monkeypatch.setattr(breaker, "_open_until", float("inf"))
    assert statuses(api, 7) == [200] * 7
    assert not RequestCount.objects.exists()

    monkeypatch.setattr("socialml.api.tests.urls.Echo.rate_scope", "login")

    assert statuses(api, 7) == [200] * 5 + [429] * 2
