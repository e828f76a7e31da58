"""What each post is like, as stored for the requests that ask."""

from datetime import timedelta

import numpy as np
import pytest

from mlengine.models import SimilarPosts
from mlengine.slates import slates_publish, slates_refresh
from mlengine.slates.catalogue import catalogue_forget, catalogue_load
from mlengine.slates.similar import KEPT, similar_add, similar_publish
from mlengine.sources import SOURCES
from mlengine.tests.community import community_make, feed_model_make, post_make
from posts.models import Post
from profiles.models import User
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    """Two tastes whose posts are liked apart, the model that learned it, and what it stored."""
    _, posts = community_make()
    # Nobody has met these yet: their words alone tell.
    for word, category in (("sourdough", "food"), ("clarinet", "music")):
        posts += [post_make(UserFactory(), content=word, category=category) for _ in range(4)]
    feed_model_make()
    catalogue_forget()
    slates_publish(at=NOON)
    return posts


def test_every_post_is_like_those_of_its_own_taste(published):
    taste = {post.pk: post.category for post in published}

    rows = SimilarPosts.objects.all()

    assert {row.post_id for row in rows} == taste.keys()
    for row in rows:
        assert row.ids and row.post_id not in row.ids
        assert {taste[one] for one in row.ids} == {taste[row.post_id]}


def test_scores_fall_from_at_most_one_and_name_what_says_so(published):
    for row in SimilarPosts.objects.all():
        assert len(row.ids) == len(row.scores) == len(row.sources) <= KEPT
        assert len(set(row.ids)) == len(row.ids)
        assert row.scores == sorted(row.scores, reverse=True)
        assert 0 < row.scores[-1] <= row.scores[0] <= 1
        assert all(names and set(names) <= SOURCES.keys() - {"popularity"} for names in row.sources)
        assert row.model_version.startswith("feed v")


def test_the_same_model_says_the_same_again(published):
    before = list(SimilarPosts.objects.order_by("pk").values_list("ids", "scores", "sources"))

    similar_publish(catalogue_load(at=NOON), at=NOON + timedelta(hours=1))

    assert before == list(
        SimilarPosts.objects.order_by("pk").values_list("ids", "scores", "sources")
    )


def test_what_nobody_may_be_shown_is_like_nothing(published):
    hidden, private = published[0], published[1]
    Post.objects.filter(pk=hidden.pk).update(moderation=Post.Moderation.HIDDEN)
    User.objects.filter(pk=private.author_id).update(is_private=True)
    closed = set(Post.objects.filter(author_id=private.author_id).values_list("pk", flat=True))

    similar_publish(catalogue_load(at=NOON), at=NOON + timedelta(hours=1))

    rows = SimilarPosts.objects.all()
    assert hidden.pk not in {row.post_id for row in rows}
    named = {one for row in rows for one in row.ids}
    assert named and not named & {hidden.pk, *closed}


def test_a_new_post_is_known_by_its_words_after_the_next_tick(published):
    new = post_make(UserFactory(), content="Why sourdough sank")
    old = SimilarPosts.objects.get(pk=published[0].pk)

    slates_refresh(at=NOON + timedelta(seconds=30))

    row = SimilarPosts.objects.get(pk=new.pk)
    taste = {post.pk: post.category for post in published}
    assert row.ids and {taste[one] for one in row.ids} == {"food"}
    assert {name for names in row.sources for name in names} == {"content-similarity"}
    assert SimilarPosts.objects.get(pk=published[0].pk).computed_at == old.computed_at


def test_a_new_post_without_a_known_word_is_done_with_once(published, django_assert_num_queries):
    new = post_make(UserFactory(), content="zzz")
    catalogue = catalogue_load(at=NOON)

    assert similar_add(catalogue, at=NOON) == 1
    assert SimilarPosts.objects.get(pk=new.pk).ids == []
    with django_assert_num_queries(2):
        assert similar_add(catalogue, at=NOON) == 0


def test_without_a_live_model_nothing_is_stored_and_nothing_old_stays():
    post = post_make(UserFactory())
    SimilarPosts.objects.create(post_id=post.pk, model_version="feed v0", computed_at=NOON)

    assert similar_publish(catalogue_load(at=NOON), at=NOON) == 0
    assert similar_add(catalogue_load(at=NOON), at=NOON) == 0

    assert not SimilarPosts.objects.exists()


def test_a_post_that_has_gone_takes_its_row_along(published):
    Post.objects.filter(pk=published[3].pk).delete()

    similar_publish(catalogue_load(at=NOON), at=NOON + timedelta(hours=1))

    assert not SimilarPosts.objects.filter(pk=published[3].pk).exists()
    assert np.isfinite([score for row in SimilarPosts.objects.all() for score in row.scores]).all()
