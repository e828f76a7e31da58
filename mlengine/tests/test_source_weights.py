"""How much each source counts for one account is that account's to say."""

import pytest

from mlengine.predictions import slate_for
from mlengine.slates import slates_publish
from mlengine.tests.community import community_make, feed_model_make, post_make
from mlengine.tests.stored_slates import items_of
from profiles.models import Follow, Preferences
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fan():
    """Somebody with a history, a follow and an interest, so that many sources speak."""
    fans, _ = community_make()
    fan, author = fans[0], UserFactory()
    fan.interests = ["food"]
    fan.save()
    Follow.objects.create(follower=fan, followed=author, followed_at=NOON)
    post_make(author)
    feed_model_make()
    return fan


def weigh(fan, **weights):
    named = {name.replace("_", "-"): weight for name, weight in weights.items()}
    Preferences.objects.update_or_create(user=fan, defaults={"weights": named, "changed_at": NOON})


def shares(fan, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        slates_publish(at=NOON)
    slate = slate_for(fan.pk, "feed")
    found = {}
    contributions = items_of(slate)["contributions"]
    for post_id, names, parts in zip(slate.ids, slate.sources, contributions, strict=True):
        for name, part in zip(names, parts, strict=True):
            found[post_id, name] = part
    return found


def test_a_source_weighed_nothing_proposes_nothing(fan, django_capture_on_commit_callbacks):
    before = shares(fan, django_capture_on_commit_callbacks)
    weigh(fan, following=0.0, item_neighbours=0)

    after = shares(fan, django_capture_on_commit_callbacks)

    assert {"following", "item-neighbours"} <= {name for _, name in before}
    assert not {"following", "item-neighbours"} & {name for _, name in after}
    assert "interests" in {name for _, name in after}


def test_a_source_weighed_half_counts_half(fan, django_capture_on_commit_callbacks):
    before = shares(fan, django_capture_on_commit_callbacks)
    weigh(fan, interests=0.5)

    after = shares(fan, django_capture_on_commit_callbacks)

    halved = [place for place in after if place in before and place[1] == "interests"]
    assert halved
    for place in halved:
        assert after[place] == pytest.approx(before[place] / 2, abs=1e-4)


def test_anothers_weights_are_theirs_alone(fan, django_capture_on_commit_callbacks):
    before = shares(fan, django_capture_on_commit_callbacks)
    weigh(UserFactory(interests=["food"]), interests=0.0)

    assert shares(fan, django_capture_on_commit_callbacks) == before
