"""Taking a model back, and publishing anew, from the command line."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mlengine.models import Slate
from mlengine.registry import live_version, version_promote
from mlengine.tests.community import community_make, feed_model_make
from profiles.tests.factories import NOON
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


def newest_slate(fan):
    return Slate.objects.filter(audience="account", audience_id=fan.pk).order_by("-pk")[0]


def test_one_command_gives_the_feed_back_to_the_version_before():
    fans, _ = community_make()
    first, second = feed_model_make(), feed_model_make()
    version_promote(version_id=second.pk, at=NOON + timedelta(minutes=1))
    call_command("publish", "feed", stdout=StringIO())
    out = StringIO()

    call_command("rollback", "feed", stdout=out)

    assert out.getvalue() == f"{first} serves again within seconds; what was predicted follows.\n"
    assert live_version("feed").pk == first.pk
    job = Job.objects.get(task="mlengine.tasks.predictions_publish")
    assert job.kwargs == {"name": "feed"}

    call_command("publish", "feed", stdout=StringIO())
    assert newest_slate(fans[0]).model_version == str(first)


def test_with_nothing_to_go_back_to_the_command_says_so_and_the_live_one_stays():
    community_make()
    only = feed_model_make()

    with pytest.raises(CommandError, match="No earlier version of 'feed' was ever live"):
        call_command("rollback", "feed")
    with pytest.raises(CommandError, match="invalid choice: 'fede'"):
        call_command("rollback", "fede")

    assert live_version("feed").pk == only.pk
    assert not Job.objects.exists()


def test_a_model_can_be_taken_out_of_service_and_brought_back():
    fans, _ = community_make()
    only = feed_model_make()
    out = StringIO()

    call_command("rollback", "feed", "--off", stdout=out)
    call_command("publish", "feed", stdout=StringIO())

    assert out.getvalue().startswith(f"{only} stops serving")
    assert live_version("feed") is None
    assert newest_slate(fans[0]).model_version == "rules"
    with pytest.raises(CommandError, match="No version of 'feed' is live"):
        call_command("rollback", "feed", "--off")

    call_command("rollback", "feed", stdout=StringIO())

    assert live_version("feed").pk == only.pk
