import json
import stat
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.conf import settings as project
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from analytics.models import Event
from posts.models import Decision, Like, Post
from posts.services import demo
from posts.services.demo import accounts as people
from posts.services.demo.watching import affinity
from posts.services.policy import policy_first, policy_live
from posts.services.reconcile import counters_check
from posts.tests.policies import toxic_is_held
from profiles.models import User
from reels.models import Reel

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def draw(**changed):
    asked = {"accounts": 40, "posts": 120, "events": 2_500, "seed": 3, "at": NOW}
    return demo.community_draw(**{"policy": policy_first(), **asked, **changed})


@pytest.fixture(scope="module")
def large():
    """A community large enough to count in. Nothing of it is stored."""
    return draw(accounts=300, posts=500, events=40_000)


def test_the_same_seed_draws_the_same_community():
    first, second, other = draw(), draw(), draw(seed=4)

    assert first.posts.content == second.posts.content
    assert np.array_equal(first.showings.at, second.showings.at)
    assert first.comments.content == second.comments.content
    assert first.posts.content != other.posts.content


def test_people_like_what_they_have_a_taste_for(large):
    shown = large.showings
    fit = affinity(large.accounts, large.posts, shown.user, shown.post)

    def liked(which):
        return shown.is_liked[which].mean()

    assert liked(fit > 0.7) > 10 * liked(fit == 0)


def test_nobody_acts_before_joining_or_after_leaving(large):
    shown, accounts = large.showings, large.accounts
    ended = shown.at + shown.watch_ms / 1000

    assert (shown.at >= accounts.joined[shown.user]).all()
    assert (shown.at < accounts.left[shown.user]).all()
    assert (ended < NOW.timestamp()).all()
    assert 0.05 < accounts.is_churned.mean() < 0.25
    assert (accounts.left[accounts.is_churned] < NOW.timestamp() - 7 * people.DAY).all()


def test_nobody_is_shown_a_post_before_it_is_out_or_their_own(large):
    shown, posts = large.showings, large.posts

    assert (posts.published[shown.post] <= shown.at).all()
    assert (posts.author[shown.post] != shown.user).all()


def test_a_hashtag_flares_up_in_the_last_day(large):
    burst = large.posts.is_burst
    name = f"#{large.words.burst_hashtag}"

    assert burst.sum() >= 8
    assert len(set(large.posts.author[burst].tolist())) >= 6
    assert (large.posts.published[burst] > NOW.timestamp() - people.DAY).all()
    assert [name in content for content in large.posts.content] == burst.tolist()


@pytest.mark.django_db
def test_what_is_stored_agrees_with_itself():
    draft = draw()

    community = demo.community_store(draft=draft, at=NOW)

    assert [f.check.name for f in counters_check() if f.drifted] == []
    assert (community.accounts, community.posts) == (40, 120)
    assert 2_500 <= community.events <= 2_506
    assert Event.objects.count() == community.events + 1, "the moderator signed up, too"
    assert Like.objects.count() == draft.showings.is_liked.sum() > 0
    assert Post.objects.filter(fragment="").count() == 0


@pytest.mark.django_db
def test_events_are_stored_in_the_order_they_happened():
    demo.community_store(draft=draw(), at=NOW)

    moments = list(Event.objects.order_by("pk").values_list("occurred_at", flat=True))

    assert moments == sorted(moments)
    assert moments[0] > NOW - timedelta(days=people.WINDOW_DAYS + 1)
    assert moments[-1] <= NOW


@pytest.mark.django_db
def test_what_the_toxicity_model_holds_is_shown_to_nobody():
    toxic_is_held(0.02)

    demo.community_store(draft=draw(policy=policy_live()), at=NOW)

    held = Post.objects.filter(moderation=Post.Moderation.HELD)
    events = Event.objects.filter(post_id__in=held.values("pk"))
    assert held.count() == Decision.objects.filter(comment=None).count() > 0
    assert set(events.values_list("kind", flat=True)) == {"posted", "hidden"}
    assert [f.check.name for f in counters_check() if f.drifted] == []


@pytest.mark.django_db
def test_the_command_makes_a_member_and_a_moderator_to_sign_in_as():
    call_command("seed", accounts=10, posts=20, events=300)

    file = project.SOCIALML_VAR / "demo.json"
    passwords = json.loads(file.read_text())
    member = User.objects.get(username=passwords["member"]["username"])
    moderator = User.objects.get(username=passwords["moderator"]["username"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert member.check_password(passwords["member"]["password"])
    assert moderator.check_password(passwords["moderator"]["password"])
    assert (member.is_staff, moderator.is_staff) == (False, True)
    assert Event.objects.filter(actor_id=member.pk).count() > 10
    reel = Reel.objects.get()
    assert (reel.state, reel.duration_ms) == ("ready", 2533)
    assert default_storage.exists(reel.thumbnail)
    assert reel.post.media["video"] in reel.post.fragment


@pytest.mark.django_db
def test_a_database_in_use_is_seeded_only_when_asked_to_append():
    call_command("seed", accounts=10, posts=19, events=200)

    with pytest.raises(CommandError, match="--append"):
        call_command("seed", accounts=10, posts=19, events=200)
    assert User.objects.count() == 11

    call_command("seed", accounts=10, posts=19, events=200, append=True)
    assert User.objects.count() == 21
    assert User.objects.filter(username="demo").count() == 1
    assert [f.check.name for f in counters_check() if f.drifted] == []


@pytest.mark.django_db
def test_production_is_never_seeded(settings):
    settings.SOCIALML_ENVIRONMENT = "production"

    with pytest.raises(CommandError, match="production"):
        call_command("seed", accounts=10, posts=19, events=200, append=True)

    assert not User.objects.exists()
