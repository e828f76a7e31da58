"""What imported interactions and items become."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.models import Event
from posts.models import Like, Post, PostHashtag
from posts.services import like_add
from posts.tests.factories import NOON
from posts.tests.imports import acts, bring, wrong
from profiles.models import User

pytestmark = pytest.mark.django_db


def test_good_ratings_are_likes_and_bad_ones_views(files):
    report = bring(files())

    assert acts() == [
        ("imported-8", "liked", "imported:1"),
        ("imported-7", "liked", "imported:1"),
        ("imported-7", "viewed", "imported:2"),
    ]
    first, second, third = Post.objects.order_by("external_id")
    assert (first.like_count, second.view_count, third.like_count) == (2, 1, 0)
    assert Like.objects.count() == 2
    assert Event.objects.earliest("occurred_at").occurred_at.year == 1997
    assert set(Event.objects.values_list("recorded_at", flat=True)) == {NOON}
    assert (report.accounts, report.posts, report.likes, report.views) == (3, 3, 2, 1)
    assert wrong() == []


def test_items_become_posts_of_one_archive_account(files):
    bring(files())

    archive = User.objects.get(is_archive=True)
    post = Post.objects.get(external_id="imported:1")
    assert set(Post.objects.values_list("author_id", flat=True)) == {archive.pk}
    assert archive.post_count == 3
    assert (post.content, post.category) == ("Toy Story (1995)", "animation")
    assert post.hashtags == ["animation", "childrens", "comedy"]
    assert post.published_at == datetime.fromtimestamp(874965000, UTC)
    assert '"Toy Story (1995)"' in post.fragment
    assert post.insights["language"]


def test_a_hashtag_may_stand_apart_from_its_sign(files):
    bring(files())

    post = Post.objects.get(external_id="imported:2")
    tags = PostHashtag.objects.filter(post=post).values_list("name", flat=True)
    assert post.hashtags == ["funnydogs", "rain"]
    assert sorted(tags) == ["funnydogs", "rain"]


def test_named_authors_get_accounts_of_their_own(files):
    items = 'item,author,title,category,hashtags,created\n1,ann,Hi,Music,"a b",2026-10-01T08:00Z\n'

    bring(files(interactions="user,item\nANN,1\nbob,1\n", items=items))

    post = Post.objects.get()
    assert (post.author.username, post.category) == ("imported-ann", "music")
    assert post.hashtags == ["a", "b"]
    assert post.published_at == datetime(2026, 10, 1, 8, tzinfo=UTC)
    assert sorted(User.objects.values_list("username", flat=True)) == [
        "imported-ann",
        "imported-bob",
    ]
    assert not User.objects.first().has_usable_password()
    assert wrong() == []


def test_positions_become_minutes_that_end_now(files):
    bring(files(interactions="user,item,pos\n7,3,20\n7,1,4\n7,2,9\n8,1,0\n"))

    user = User.objects.get(username="imported-7")
    mine = Event.objects.filter(actor_id=user.pk).order_by("occurred_at")
    moments = list(mine.values_list("client_id", "occurred_at"))
    assert moments == [
        ("imported:1", NOON - timedelta(minutes=2)),
        ("imported:2", NOON - timedelta(minutes=1)),
        ("imported:3", NOON),
    ]


def test_without_times_or_positions_the_order_is_the_files(files):
    bring(files(interactions="user,item\n7,2\n7,3\n7,1\n"))

    assert [item for _, _, item in acts()] == ["imported:2", "imported:3", "imported:1"]


def test_views_can_be_imported_instead_of_likes(files):
    bring(files(), has_likes=False)

    assert {kind for _, kind, _ in acts()} == {"viewed"}
    assert not Like.objects.exists()
    assert wrong() == []


def test_a_second_import_adds_nothing(files):
    bring(files())
    before = (User.objects.count(), Post.objects.count(), Event.objects.count())

    report = bring(files(), at=NOON + timedelta(hours=1))

    assert (User.objects.count(), Post.objects.count(), Event.objects.count()) == before
    assert (report.accounts, report.posts, report.likes, report.known) == (0, 0, 0, 3)
    assert wrong() == []


def test_an_import_that_stopped_half_way_is_completed(files):
    bring(files(), limit=1)
    assert len(acts()) == 1

    report = bring(files())

    assert (report.known, report.likes, report.views) == (1, 1, 1)
    assert len(acts()) == 3
    assert wrong() == []


def test_what_the_account_did_here_meanwhile_is_not_done_again(files):
    bring(files(), limit=1)
    user = User.objects.get(username="imported-7")
    other = Post.objects.get(external_id="imported:2")
    like_add(post_id=other.pk, user_id=user.pk, at=NOON)

    report = bring(files(interactions="user,item\n7,1\n7,2\n8,2\n"))

    assert (report.known, report.likes) == (2, 1)
    assert wrong() == []
