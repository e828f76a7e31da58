from datetime import timedelta

import pytest

from analytics.models import AccountNetwork, Event, Trend
from analytics.services.networks import network_note, network_of, networks_purge
from analytics.services.trends import trends_aggregate
from analytics.tests.factories import NOON, ago, event_make

pytestmark = pytest.mark.django_db


def crowd(count, *, first, tag, address):
    """Let so many accounts like something; `address` says where the nth came from."""
    for n in range(count):
        network_note(account_id=first + n, address=address(n), at=NOON)
        event_make(Event.Kind.LIKED, actor_id=first + n, hashtags=[tag], occurred_at=ago(hours=1))


def apart(n):
    return f"8.{n // 250}.{n % 250}.1"


@pytest.fixture
def town():
    """Let 500 other accounts be known, each from a network of its own."""
    AccountNetwork.objects.bulk_create(
        AccountNetwork(account_id=5_000 + n, network=n, seen_at=NOON) for n in range(500)
    )


def names():
    hashtags = Trend.objects.filter(kind=Trend.Kind.HASHTAG).order_by("rank")
    return list(hashtags.values_list("name", flat=True))


def evidence(name):
    return Trend.objects.get(name=name).evidence


def test_a_crowd_from_one_network_counts_as_far_fewer_than_one_from_many(town):
    crowd(40, first=1_000, tag="bought", address=lambda n: f"9.9.9.{n}")
    crowd(30, first=2_000, tag="loved", address=apart)

    trends_aggregate(at=NOON)

    assert names() == ["loved", "bought"]
    assert evidence("loved")["effective_accounts"] == 30
    assert evidence("bought")["effective_accounts"] < 15
    assert evidence("bought")["network_spread"] < 0.1 < evidence("loved")["network_spread"]


def test_spreading_a_bought_crowd_over_a_few_networks_gains_little(town):
    crowd(60, first=1_000, tag="bought", address=lambda n: f"9.9.{n % 2}.{n}")
    crowd(120, first=2_000, tag="loved", address=apart)

    trends_aggregate(at=NOON)

    assert evidence("loved")["effective_accounts"] == 120
    assert evidence("bought")["effective_accounts"] < 15


def test_a_few_friends_on_one_network_count_in_full():
    crowd(4, first=1_000, tag="picnic", address=lambda n: f"9.9.9.{n}")
    crowd(30, first=2_000, tag="loved", address=apart)

    trends_aggregate(at=NOON)

    assert evidence("picnic")["effective_accounts"] == 4
    assert evidence("picnic")["network_spread"] is None


def test_where_everybody_is_on_one_network_nobody_counts_less():
    crowd(20, first=1_000, tag="campus", address=lambda n: f"9.9.9.{n}")

    trends_aggregate(at=NOON)

    assert evidence("campus")["effective_accounts"] == 20


def test_accounts_of_unknown_networks_count_in_full():
    for n in range(12):
        event_make(Event.Kind.LIKED, actor_id=n + 1, hashtags=["calm"], occurred_at=ago(hours=1))
    crowd(30, first=2_000, tag="loved", address=apart)

    trends_aggregate(at=NOON)

    assert evidence("calm")["effective_accounts"] == 12


@pytest.mark.parametrize("address", ["", "unknown", "127.0.0.1", "10.1.2.3", "fe80::1", "::1"])
def test_an_address_that_tells_no_public_network_is_not_kept(address):
    network_note(account_id=1, address=address, at=NOON)

    assert not AccountNetwork.objects.exists()


def test_neighbours_share_a_network_and_nothing_of_the_address_is_kept(settings):
    assert network_of("8.8.8.8") == network_of("8.8.8.200") != network_of("8.8.9.8")
    assert network_of("2a00:1450:4001::1") == network_of("2a00:1450:4001:ffff::")
    with_this_key = network_of("8.8.8.8")
    settings.SECRET_KEY = "another"
    assert network_of("8.8.8.8") != with_this_key


def test_where_one_was_is_forgotten_after_two_weeks():
    network_note(account_id=1, address="8.8.8.8", at=NOON - timedelta(days=15))
    network_note(account_id=2, address="8.8.8.8", at=NOON - timedelta(days=13))

    networks_purge(at=NOON)

    assert list(AccountNetwork.objects.values_list("account_id", flat=True)) == [2]
