"""/api/post/{id}/why: from the slate that ranked the post, and from nobody else's."""

import orjson
import pytest

from mlengine.estimators import RECOMMENDERS
from mlengine.models import AccountInsight, Segment, Slate
from mlengine.slates import slates_publish
from mlengine.sources import SOURCES
from mlengine.tests.community import community_make, feed_model_make
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.sights import UNSEEN, unseen_post_id
from posts.tests.slates import slate_of
from profiles.tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return UserFactory()


def why(viewer, post):
    response = client_for(viewer).get(f"/api/post/{post.pk}/why")
    assert response.status_code == 200, response.content
    return response.json()["data"]


def told_by(slate, sources, contributions):
    """Make the slate's only item come from these sources."""
    items = orjson.loads(slate.items)
    items |= {"sources": [sources], "contributions": [contributions]}
    Slate.objects.filter(pk=slate.pk).update(items=orjson.dumps(items).decode())


def test_it_tells_the_signed_shares_as_data_and_in_words(viewer):
    post = PostFactory()
    slate = slate_of([post], audience_id=viewer.pk)
    told_by(slate, ["item-neighbours", "busy-author"], [1.2, -0.2])

    data = why(viewer, post)

    assert data["contributions"] == {"item-neighbours": 1.2, "busy-author": -0.2}
    assert data["explanation"] == [
        {
            "source": "item-neighbours",
            "contribution": 1.2,
            "words": SOURCES["item-neighbours"],
        },
        {"source": "busy-author", "contribution": -0.2, "words": SOURCES["busy-author"]},
    ]
    assert (data["source"], data["model_version"], data["slate_id"]) == (
        "personal",
        "feed v1",
        slate.pk,
    )


def test_a_try_says_that_it_is_one(viewer):
    post = PostFactory()
    told_by(slate_of([post], audience_id=viewer.pk), ["exploration"], [0.0])

    assert [one["words"] for one in why(viewer, post)["explanation"]] == [SOURCES["exploration"]]


def test_it_goes_back_from_ones_own_to_the_cohorts_to_everyones(viewer):
    post = PostFactory()
    assert why(viewer, post)["source"] == "newest"
    assert why(viewer, post)["explanation"] == []

    slate_of([post], audience="everyone", version="trending")
    assert why(viewer, post)["source"] == "trending"

    segment = Segment.objects.create(name="night", computed_at=NOON)
    slate_of([post], audience="cohort", audience_id=segment.pk, version="cohort")
    assert why(viewer, post)["source"] == "trending"
    AccountInsight.objects.create(
        user_id=viewer.pk, segment=segment, churn_risk=0.1, computed_at=NOON
    )
    assert why(viewer, post)["source"] == "cohort"

    slate_of([post], audience_id=viewer.pk)
    assert why(viewer, post)["source"] == "personal"


def test_anothers_slate_and_cohort_are_never_told(viewer):
    post, other = PostFactory(), UserFactory()
    slate_of([post], audience_id=other.pk)
    foreign = Segment.objects.create(name="day", computed_at=NOON)
    slate_of([post], audience="cohort", audience_id=foreign.pk)
    # The cohort's number is the viewer's own: an id alone names no audience.
    slate_of([post], audience="cohort", audience_id=viewer.pk)

    data = why(viewer, post)

    assert (data["source"], data["slate_id"]) == ("newest", None)


@pytest.mark.parametrize("reason", UNSEEN)
def test_what_one_may_not_see_is_not_explained(viewer, reason):
    post_id = unseen_post_id(viewer, reason)

    assert client_for(viewer).get(f"/api/post/{post_id}/why").status_code == 404


def test_the_shares_of_a_real_ranking_add_up_and_every_source_has_words():
    community_make()
    feed_model_make()
    slates_publish(at=NOON)

    for row in Slate.objects.all():
        items = orjson.loads(row.items)
        assert {name for names in items["sources"] for name in names} <= SOURCES.keys()
        for score, shares in zip(items["scores"], items["contributions"], strict=True):
            assert sum(shares) == pytest.approx(score, abs=2e-3)
    assert RECOMMENDERS.keys() <= SOURCES.keys()


def test_it_takes_at_most_six_queries(viewer, django_assert_max_num_queries):
    segment = Segment.objects.create(name="night", computed_at=NOON)
    AccountInsight.objects.create(
        user_id=viewer.pk, segment=segment, churn_risk=0.1, computed_at=NOON
    )
    post, client = PostFactory(), client_for(viewer)

    with django_assert_max_num_queries(6):
        client.get(f"/api/post/{post.pk}/why")
