from collections import Counter
from datetime import timedelta

import pytest

from analytics.models import Event
from analytics.services.retention import events_purge
from analytics.tests.factories import event_make
from mlengine.pipelines import grown
from mlengine.pipelines.grown import HORIZON, acts_on, known_at, posts_grown
from posts.models import Post
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def busy_place(*, authors=8, days=40):
    """Let each author post every six hours, until a week ago."""
    writers = [UserFactory() for _ in range(authors)]
    Post.objects.bulk_create(
        Post(
            author=writer,
            content="words",
            published_at=NOON - HORIZON - number * 6 * HOUR,
            fragment="",
        )
        for number in range(days * 4)
        for writer in writers
    )
    event_make("viewed", occurred_at=NOON)


def test_of_a_busy_places_posts_some_came_of_age_before_the_others_were_published(monkeypatch):
    busy_place()
    monkeypatch.setattr(grown, "LARGEST", 400)

    published, drafts, _ = posts_grown(until=NOON)

    assert len(published) == len(drafts) <= 400
    assert known_at(drafts, drafts[-1].publish_at) > 200
    assert list(published.values()) == sorted(published.values())


def test_an_author_who_is_learned_from_is_with_all_they_published(monkeypatch):
    busy_place()
    monkeypatch.setattr(grown, "LARGEST", 400)

    _, drafts, _ = posts_grown(until=NOON)

    posts = Counter(draft.author_id for draft in drafts)
    assert set(posts.values()) == {160}


def test_a_quiet_place_learns_from_all_authors():
    busy_place(authors=3)

    _, drafts, _ = posts_grown(until=NOON)

    assert len({draft.author_id for draft in drafts}) == 3


def test_a_post_whose_acts_were_purged_is_not_learned_from_as_one_without_any():
    busy_place(days=120)
    posts = Post.objects.filter(published_at__lt=NOON - 100 * DAY)
    for post in posts:
        event_make("liked", post_id=post.pk, occurred_at=post.published_at + HOUR)
    events_purge(at=NOON)

    published, drafts, _ = posts_grown(until=NOON)

    assert not Event.objects.filter(kind="liked").exists()
    assert len(drafts) > 200
    assert min(published.values()) == (NOON - 90 * DAY).timestamp()


def test_an_old_post_that_was_imported_lately_is_learned_from():
    busy_place(days=120)
    old = Post.objects.earliest("published_at")
    event_make("posted", post_id=old.pk, occurred_at=old.published_at, recorded_at=NOON)

    published, _, _ = posts_grown(until=NOON)

    assert old.pk in published


def test_acts_count_by_the_age_of_the_post_and_only_those_of_others():
    [post] = Post.objects.bulk_create(
        [Post(author=UserFactory(), content="words", published_at=NOON, fragment="")]
    )
    facts = {"post_id": post.pk, "target_id": post.author_id}
    event_make("viewed", occurred_at=NOON + HOUR, **facts)
    event_make("viewed", occurred_at=NOON + HORIZON + HOUR, **facts)
    event_make("viewed", occurred_at=NOON + HOUR, actor_id=post.author_id, **facts)
    event_make("viewed", occurred_at=NOON + HOUR, post_id=post.pk + 1)

    found = list(acts_on({post.pk: NOON.timestamp()}, kinds=["viewed"]))

    assert found == [(0, "viewed", pytest.approx(3600))]
