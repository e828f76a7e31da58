"""GET /api/analytics/posts/{id}"""

import pytest

from analytics.models import Event
from analytics.tests.factories import happen
from posts.tests.factories import PostFactory
from profiles.tests.factories import UserFactory, client_for

pytestmark = pytest.mark.django_db

Kind = Event.Kind


@pytest.fixture
def author():
    return UserFactory()


def test_an_author_sees_how_a_post_did(author):
    post = PostFactory(author=author, media={"duration_ms": 10_000})
    about = {"post_id": post.pk}
    happen(Kind.VIEWED, author, **about, actor_id=1, duration_ms=5000, slate_id=9)
    happen(Kind.VIEWED, author, **about, actor_id=1, duration_ms=30_000)
    happen(Kind.SKIPPED, author, **about, actor_id=2, duration_ms=0)
    happen(Kind.IMPRESSION, author, **about, times=4)
    happen(Kind.STARTED, author, **about, times=2)
    happen(Kind.LOOPED, author, **about)
    happen(Kind.LIKED, author, **about, days=2)

    data = client_for(author).get(f"/api/analytics/posts/{post.pk}").json()["data"]

    audience = data["audience"]
    assert audience["unique_viewers"] == 1
    assert audience["completion"] == pytest.approx((0.5 + 1 + 0) / 3, abs=1e-4)
    assert audience["sources"] == {"feed": 1, "elsewhere": 1}
    assert (audience["view_rate"], audience["skip_rate"]) == (0.5, pytest.approx(1 / 3, abs=1e-4))
    assert audience["watch_ms"] == 35_000
    assert audience["played"] == {"starts": 2, "completes": 0, "loops": 1}
    assert [day["likes"] for day in data["by_day"]] == [1, 0]


def test_others_posts_are_not_found(author):
    theirs = PostFactory()

    responses = [
        client_for(author).get(f"/api/analytics/posts/{pk}") for pk in (theirs.pk, theirs.pk + 99)
    ]

    assert [response.status_code for response in responses] == [404, 404]
    assert responses[0].json()["error"] == responses[1].json()["error"]
