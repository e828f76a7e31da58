import pytest

from analytics.models import AccountNetwork
from analytics.services.networks import network_of
from profiles.models import User
from profiles.tests.factories import PASSWORD, client_for

pytestmark = pytest.mark.django_db


def test_signing_up_in_and_refreshing_keep_where_one_is_now():
    client, sign_up = client_for(), {"username": "ann", "password": PASSWORD}
    tokens = client.post("/api/profile", sign_up, REMOTE_ADDR="8.8.8.8").json()
    ann = User.objects.get(username="ann").pk
    assert AccountNetwork.objects.get(account_id=ann).network == network_of("8.8.8.8")

    client.post("/api/auth/token", sign_up, REMOTE_ADDR="9.9.9.9")
    assert AccountNetwork.objects.get(account_id=ann).network == network_of("9.9.9.9")

    refresh = {"refresh": tokens["data"]["tokens"]["refresh"]}
    client.post("/api/auth/token/refresh", refresh, REMOTE_ADDR="1.1.1.1")
    assert AccountNetwork.objects.get(account_id=ann).network == network_of("1.1.1.1")
