"""How fast the log is followed, measured; nothing is kept."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analytics.models import BurstState, Event, TrendBurst
from analytics.tests.factories import ago, event_make

pytestmark = pytest.mark.django_db


def bench(**given):
    out = StringIO()
    call_command("bench_trends", stdout=out, **given)
    return json.loads(out.getvalue())


def test_made_up_likes_are_followed_and_gone_afterwards():
    event_make(occurred_at=ago(days=1))

    told = bench(events=600, names=200, minutes=60)

    assert told["events"] == told["supporting"] == 600
    assert told["events_per_second"] > 0
    assert told["kinds"]["category"]["series"] == 20
    assert told["kinds"]["hashtag"]["points"] == 13
    assert Event.objects.count() == 1
    assert not BurstState.objects.exists()
    assert not TrendBurst.objects.exists()


def test_the_log_itself_is_followed_where_nothing_is_made_up():
    event_make(Event.Kind.LIKED, occurred_at=ago(hours=2), hashtags=["cats"])
    event_make(occurred_at=ago(hours=1))

    told = bench()

    assert (told["events"], told["supporting"]) == (2, 1)


@pytest.mark.parametrize("given", [{"names": 0}, {"events": -1}, {"minutes": 0}])
def test_what_makes_no_sense_is_refused(given):
    with pytest.raises(CommandError, match="at least one"):
        bench(**given)


def test_an_empty_log_and_production_are_refused(settings):
    with pytest.raises(CommandError, match="empty"):
        bench()
    settings.SOCIALML_ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="production"):
        bench(events=10)
