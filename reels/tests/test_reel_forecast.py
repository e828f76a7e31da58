"""What a reel may expect is told to its author alone."""

import pytest

from mlengine.tests.community import forecast_make
from profiles.tests.factories import UserFactory, client_for
from reels.tests.factories import stored_reel


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.django_db
def test_its_author_alone_learns_what_a_reel_may_expect(media):
    author = UserFactory()
    reel = stored_reel(author)
    path = f"/api/reels/{reel.pk}"
    own, other = client_for(author), client_for(UserFactory())
    assert own.get(path).json()["data"]["forecast"] is None
    forecast_make(reel.post)
    forecast_make(reel.post, age_hours=24, expected=77.0)

    mine, others = own.get(path).json()["data"], other.get(path).json()["data"]

    assert mine["forecast"]["age_hours"] == 24
    assert mine["forecast"]["expected_views"] == {"low": 5.0, "expected": 77.0, "high": 30.0}
    assert mine["forecast"]["viral"]["probability"] == 0.25
    assert mine["forecast"]["drivers"][0]["text"] == "Twice the views."
    assert (others["id"], others["forecast"]) == (reel.pk, None)
