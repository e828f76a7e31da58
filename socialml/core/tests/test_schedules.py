from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from socialml.core.schedules import window_claim

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.django_db
def test_a_window_is_claimed_once_and_the_next_one_again():
    assert window_claim(name="nightly", every=DAY, at=NOON) is True
    assert window_claim(name="nightly", every=DAY, at=NOON + timedelta(hours=11)) is False
    assert window_claim(name="nightly", every=DAY, at=NOON + timedelta(hours=12)) is True


@pytest.mark.django_db
def test_three_days_of_silence_are_made_up_for_by_one_run():
    window_claim(name="nightly", every=DAY, at=NOON)

    claims = [window_claim(name="nightly", every=DAY, at=NOON + 3 * DAY) for _ in range(3)]

    assert claims == [True, False, False]


@pytest.mark.django_db
def test_a_clock_that_goes_back_runs_nothing_twice():
    window_claim(name="nightly", every=DAY, at=NOON)

    assert window_claim(name="nightly", every=DAY, at=NOON - DAY) is False


@pytest.mark.django_db(transaction=True)
def test_of_twenty_rivals_one_gets_the_window():
    def rival(_):
        try:
            return window_claim(name="race", every=DAY, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        claims = list(pool.map(rival, range(20)))

    assert claims.count(True) == 1
