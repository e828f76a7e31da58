"""What clients tell of is logged once, and views are counted."""

from datetime import timedelta

import pytest

from analytics.models import Event
from posts.models import Post
from posts.services import behaviour_record
from posts.tests.factories import NOON, BlockFactory, PostFactory, UserFactory
from posts.tests.sights import UNSEEN, unseen_post_id

pytestmark = pytest.mark.django_db


def record(viewer, *items, at=NOON):
    named = [{"event_id": f"e{n}", **item} for n, item in enumerate(items)]
    return [
        (one.status, one.code) for one in behaviour_record(actor_id=viewer.pk, items=named, at=at)
    ]


def views():
    return Post.objects.values_list("view_count", flat=True).get()


def test_a_view_is_an_event_with_its_facts_and_a_count():
    post, viewer = PostFactory(category="art", hashtags=["oil"], kind="reel"), UserFactory()
    moment = NOON - timedelta(seconds=30)

    answers = record(
        viewer,
        {
            "kind": "view",
            "post_id": post.pk,
            "watch_ms": 4000,
            "slate_id": 7,
            "position": 3,
            "occurred_at": moment,
        },
    )

    assert answers == [("recorded", "")]
    assert views() == 1
    event = Event.objects.get()
    assert (event.kind, event.actor_id, event.post_id) == ("viewed", viewer.pk, post.pk)
    assert (event.target_id, event.post_kind, event.category) == (post.author_id, "reel", "art")
    assert (event.hashtags, event.language, event.client_id) == (["oil"], "en", "e0")
    assert (event.slate_id, event.position, event.duration_ms) == (7, 3, 4000)
    assert (event.occurred_at, event.recorded_at) == (moment, NOON)


def test_every_kind_is_told_apart_and_only_views_count():
    post, viewer, other = PostFactory(), UserFactory(), UserFactory()
    kinds = ["impression", "skip", "click"]
    items = [{"kind": kind, "post_id": post.pk} for kind in kinds]
    items += [
        {"kind": "dwell", "post_id": post.pk, "dwell_ms": 900},
        {"kind": "profile_view", "user_id": other.pk},
        {"kind": "search", "query": "jazz"},
    ]

    answers = record(viewer, *items)

    assert answers == [("recorded", "")] * 6
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        "impression",
        "skipped",
        "clicked",
        "dwelled",
        "profile_viewed",
        "searched",
    ]
    assert views() == 0
    assert Event.objects.get(kind="dwelled").duration_ms == 900
    assert Event.objects.get(kind="profile_viewed").target_id == other.pk
    assert Event.objects.get(kind="searched").query == "jazz"


def test_how_a_reel_plays_is_told_apart_from_views_and_counts_none():
    reel, viewer = PostFactory(media={"duration_ms": 8000}), UserFactory()

    answers = record(
        viewer,
        {"kind": "start", "post_id": reel.pk},
        {"kind": "progress", "post_id": reel.pk, "watch_ms": 2000},
        {"kind": "progress", "post_id": reel.pk, "watch_ms": 9999},
        {"kind": "complete", "post_id": reel.pk, "watch_ms": 8000},
        {"kind": "loop", "post_id": reel.pk},
    )

    assert answers == [("recorded", "")] * 5
    assert list(Event.objects.order_by("pk").values_list("kind", "duration_ms")) == [
        ("started", None),
        ("progressed", 2000),
        ("progressed", 8000),
        ("completed", None),
        ("looped", None),
    ]
    assert views() == 0


def test_nothing_plays_without_a_video_and_nothing_progresses_without_a_place():
    reel, post, viewer = PostFactory(media={"duration_ms": 8000}), PostFactory(), UserFactory()

    assert record(viewer, {"kind": "start", "post_id": post.pk}) == [("rejected", "invalid")]
    assert record(viewer, {"kind": "progress", "post_id": reel.pk}) == [("rejected", "invalid")]


@pytest.mark.parametrize(
    ("watch_ms", "kind"), [(1499, "skipped"), (1500, "viewed"), (0, "skipped")]
)
def test_a_swipe_past_is_a_skip_and_no_view(watch_ms, kind):
    post = PostFactory()

    record(UserFactory(), {"kind": "view", "post_id": post.pk, "watch_ms": watch_ms})

    assert Event.objects.get().kind == kind
    assert views() == (kind == "viewed")


@pytest.mark.parametrize(
    ("media", "kept"), [({"duration_ms": 3000}, 30_000), ({}, 3_600_000)], ids=["reel", "post"]
)
def test_a_watch_time_beyond_belief_is_cut_to_the_length(media, kept):
    post = PostFactory(media=media)

    record(UserFactory(), {"kind": "view", "post_id": post.pk, "watch_ms": 10**12})

    assert Event.objects.get().duration_ms == kept


def test_an_event_id_counts_once_in_a_batch_and_across_batches():
    post, viewer = PostFactory(), UserFactory()
    view = {"kind": "view", "post_id": post.pk}

    def send(*ids):
        items = [{"event_id": name, **view} for name in ids]
        return [one.status for one in behaviour_record(actor_id=viewer.pk, items=items, at=NOON)]

    assert send("a", "b", "a") == ["recorded", "recorded", "duplicate"]
    assert send("b", "c") == ["duplicate", "recorded"]
    assert views() == Event.objects.count() == 3


def test_two_people_may_use_the_same_event_id():
    post = PostFactory()

    for _ in range(2):
        record(UserFactory(), {"kind": "view", "post_id": post.pk})

    assert views() == 2


@pytest.mark.parametrize("why", UNSEEN)
def test_a_post_out_of_sight_is_neither_logged_nor_counted(why):
    viewer = UserFactory()
    post_id = unseen_post_id(viewer, why)

    assert record(viewer, {"kind": "view", "post_id": post_id}) == [("rejected", "not_found")]

    assert not Event.objects.exists()
    assert not Post.objects.filter(view_count__gt=0).exists()


def test_accounts_out_of_sight_are_not_found():
    viewer = UserFactory()
    unseen = [
        BlockFactory(blocked=viewer).blocker_id,
        BlockFactory(blocker=viewer).blocked_id,
        UserFactory(is_active=False).pk,
        10**12,
    ]

    answers = record(viewer, *({"kind": "profile_view", "user_id": pk} for pk in unseen))

    assert answers == [("rejected", "not_found")] * 4
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "item",
    [
        {"kind": "view", "watch_ms": -1},
        {"kind": "view", "occurred_at": NOON + timedelta(minutes=5, seconds=1)},
        {"kind": "view", "occurred_at": NOON - timedelta(days=7, seconds=1)},
        {"kind": "dwell"},
        {"kind": "view", "post_id": None},
        {"kind": "profile_view"},
        {"kind": "search"},
        {"kind": "liked"},
    ],
    ids=str,
)
def test_one_bad_event_is_refused_and_the_others_stay(item):
    post, viewer = PostFactory(), UserFactory()
    good = {"kind": "view", "post_id": post.pk}

    answers = record(viewer, good, {"post_id": post.pk, **item}, good)

    assert answers == [("recorded", ""), ("rejected", "invalid"), ("recorded", "")]
    assert views() == Event.objects.count() == 2


def test_a_client_s_fast_clock_does_not_write_the_future():
    post = PostFactory()
    ahead = NOON + timedelta(minutes=4)

    record(UserFactory(), {"kind": "view", "post_id": post.pk, "occurred_at": ahead})

    assert Event.objects.get().occurred_at == NOON


@pytest.mark.parametrize("count", [2, 30])
def test_a_batch_takes_as_many_queries_whatever_its_length(count, django_assert_max_num_queries):
    posts, viewer = PostFactory.create_batch(count), UserFactory()

    with django_assert_max_num_queries(9):
        answers = record(viewer, *({"kind": "view", "post_id": post.pk} for post in posts))

    assert answers == [("recorded", "")] * count
