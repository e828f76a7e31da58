"""The learned ranker serves only where it orders better than what was served."""

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from analytics.models import Event
from analytics.services import event_record
from mlengine.datasets.shown import FROM, OUTCOMES, POSITION
from mlengine.errors import TooLittleData
from mlengine.model_training import model_train
from mlengine.models import ModelVersion, Slate
from mlengine.pipelines.ranker import Ranker
from mlengine.pipelines.showings import showings_read
from mlengine.registry import live_version
from mlengine.slates import slates_publish
from mlengine.tests.community import post_make
from mlengine.tests.showings import SHOWN, showings_make
from posts.services import like_add
from posts.services.behaviour import behaviour_record
from profiles.models import Preferences
from profiles.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_thread():
    """As training does; several threads wait for each other where cores are shared."""
    with threadpool_limits(limits=1):
        yield


def taste(fan, post, place):
    return 0.7 if fan % 2 == post % 2 else 0.1


def quality(fan, post, place):
    return 0.8 if post % 3 == 0 else 0.15


def nothing(fan, post, place):
    return 0.4


def place_alone(fan, post, place):
    return 0.9 - 0.08 * place


@pytest.mark.parametrize("chance", [taste, quality])
def test_an_order_that_can_be_bettered_is_and_the_ranker_goes_live(chance):
    showings_make(chance)

    report = model_train(Ranker(), at=NOON)

    assert report["verdict"].startswith("Promoted:"), report["verdict"]
    assert report["metrics"]["above"]["baseline"]["low"] > 0.05
    assert report["metrics"]["candidate"]["like_auc"] > 0.7
    assert report["metrics"]["candidate"]["like_calibration_error"] < 0.1
    assert live_version("ranker") is not None


@pytest.mark.parametrize("chance", [nothing, place_alone])
def test_where_the_served_order_is_as_good_as_any_the_ranker_is_kept_back(chance):
    showings_make(chance)

    report = model_train(Ranker(), at=NOON)

    assert report["verdict"].startswith("Kept back:"), report["verdict"]
    assert live_version("ranker") is None


def test_with_too_few_showings_it_is_skipped_and_nothing_is_stored():
    showings_make(taste, people=10, slates=2)

    report = model_train(Ranker(), at=NOON)

    assert report["verdict"] == (
        "Skipped: The log holds 200 showings of stored slates; 2000 are needed."
    )
    assert not ModelVersion.objects.exists()


def test_a_log_without_slates_is_skipped():
    report = model_train(Ranker(), at=NOON)

    assert report["verdict"].startswith("Skipped: The log holds no showing")


def test_nothing_after_the_slate_is_in_its_features():
    showings_make(taste, people=12, slates=3)
    # The third day's slates are being made.
    until = NOON - timedelta(days=8) + timedelta(minutes=12)
    early = showings_read(until=until)

    # The same showings, read when a week more is known.
    late = showings_read(until=NOON)

    assert (len(early), len(late)) == (12 * SHOWN * 2, 12 * SHOWN * 3)
    same = np.isin(late.slate, early.slate)
    assert late.where(same).rows_for(early.names).tolist() == early.rows.tolist()


def test_what_came_of_a_slate_is_in_no_feature_of_the_same_day():
    showings_make(taste, people=12, slates=3)
    before = showings_read(until=NOON)

    last = Event.objects.filter(occurred_at__gte=NOON - timedelta(days=8))
    assert last.filter(kind=Event.Kind.LIKED).update(kind=Event.Kind.REPORTED) > 20
    after = showings_read(until=NOON)

    assert (after.outcomes != before.outcomes).sum() > 40
    assert after.rows.tolist() == before.rows.tolist()


def test_features_say_what_was_known_of_the_account_and_its_slate():
    [fan], _ = showings_make(taste, people=1, slates=2)

    shown = showings_read(until=NOON)

    columns = dict(zip(shown.names, shown.rows.T, strict=True))
    assert shown.position.tolist() == [*range(SHOWN)] * 2
    assert columns[POSITION].tolist() == np.log1p(shown.position).tolist()
    assert columns[FROM + "fresh"].tolist() == [0.01] * 20
    assert columns["score"][:3].tolist() == [1.0, 0.95, 0.9]
    assert columns["posts met"][:SHOWN].tolist() == [0.0] * SHOWN
    assert columns["posts met"][SHOWN:].tolist() == [np.log1p(SHOWN)] * SHOWN
    liked = shown.outcomes[:, OUTCOMES.index("like")]
    skipped = shown.outcomes[:, OUTCOMES.index("skip")]
    assert liked.sum() == Event.objects.filter(kind="liked", actor_id=fan.pk).count()
    assert (liked ^ skipped).all()
    assert np.allclose(columns["share liked"][SHOWN:], liked[:SHOWN].mean())


def test_what_the_ranker_put_into_a_score_is_not_learned_from():
    showings_make(taste, people=1, slates=1)
    slate = Slate.objects.get()
    Slate.objects.update(items=slate.items.replace('"popularity","fresh"', '"popularity","ranker"'))

    shown = showings_read(until=NOON)

    assert FROM + "ranker" not in shown.names
    columns = dict(zip(shown.names, shown.rows.T, strict=True))
    assert np.allclose(columns["score"][:3], [0.99, 0.94, 0.89])


def test_a_slate_that_a_ranker_ordered_is_measured_against_the_sources_order():
    showings_make(taste, people=2, slates=1)
    plain, ranked = Slate.objects.order_by("pk")
    items = json.loads(ranked.items)
    for place in range(SHOWN):
        items["sources"][place].append("ranker")
        # The ranker turned the order of the sources round.
        items["contributions"][place].append(items["scores"][place] - 0.1 * place)
    ranked.items = json.dumps(items)
    ranked.save(update_fields=["items"])

    shown = showings_read(until=NOON)

    order = {pk: shown.order[shown.slate == pk] for pk in (plain.pk, ranked.pk)}
    assert order[plain.pk].argmax() == 0
    assert order[ranked.pk].argmax() == SHOWN - 1


def test_what_somebody_saw_of_another_accounts_slate_is_left_out():
    showings_make(taste, people=2, slates=1)
    mine, theirs = Slate.objects.order_by("pk")
    Event.objects.filter(slate_id=theirs.pk).update(actor_id=mine.audience_id)

    shown = showings_read(until=NOON)

    assert set(shown.slate.tolist()) == {mine.pk}


def test_posts_that_are_gone_and_histories_that_were_forgotten_are_left_out():
    fans, posts = showings_make(taste, people=2, slates=2)
    second = max(slate.computed_at for slate in Slate.objects.filter(audience_id=fans[0].pk))
    Preferences.objects.create(
        user=fans[0], history_since=second - timedelta(hours=1), changed_at=second
    )
    gone = posts[Slate.objects.count() % len(posts)]
    gone.delete()

    shown = showings_read(until=NOON)

    columns = dict(zip(shown.names, shown.rows.T, strict=True))
    own = shown.account == fans[0].pk
    assert len(set(shown.slate[own].tolist())) == 1
    assert columns["posts met"][own].tolist() == [0.0] * int(own.sum())


def test_a_half_hour_that_is_not_over_is_not_learned_from():
    showings_make(taste, people=1, slates=1)
    assert len(showings_read(until=NOON)) == SHOWN

    # Now all is within half an hour of the newest event.
    Event.objects.filter(kind=Event.Kind.SIGNED_IN).delete()
    with pytest.raises(TooLittleData):
        showings_read(until=NOON)


def test_a_live_ranker_of_other_sources_is_judged_all_the_same():
    showings_make(taste)
    pipeline = Ranker()
    split = pipeline.load(until=NOON, unseen_since=None)
    older = replace(
        split.train,
        names=tuple(
            f"{name} once" if name.startswith(FROM) else name for name in split.train.names
        ),
    )
    file = BytesIO()
    pipeline.fit(older).save(file)
    file.seek(0)

    judged = pipeline.evaluate(pipeline.restore(file), split)

    assert judged.score > pipeline.baseline(split).score


def test_a_rerun_gives_the_same_model():
    showings_make(taste)
    files = []
    for _ in range(2):
        pipeline, file = Ranker(), BytesIO()
        pipeline.fit(pipeline.load(until=NOON, unseen_since=None).train).save(file)
        files.append(file.getvalue())

    assert files[0] == files[1]


def test_what_clients_tell_of_a_published_slate_is_read_back():
    fan = UserFactory(interests=["music"])
    for _ in range(6):
        post_make(UserFactory(), category="music")
    slates_publish(at=NOON)
    slate = Slate.objects.get(audience="account", audience_id=fan.pk, surface="feed")
    ids = json.loads(slate.items)["ids"]
    later = NOON + timedelta(minutes=1)
    told = [
        {"kind": "impression", "post_id": ids[0]},
        {"kind": "view", "post_id": ids[0], "watch_ms": 20_000},
        {"kind": "view", "post_id": ids[1], "watch_ms": 300},
        {"kind": "impression", "post_id": ids[2]},
    ]
    items = [
        {**one, "event_id": f"event {n}", "slate_id": slate.pk, "position": n, "occurred_at": later}
        for n, one in enumerate(told)
    ]
    assert {one.status for one in behaviour_record(actor_id=fan.pk, items=items, at=later)} == {
        "recorded"
    }
    like_add(post_id=ids[0], user_id=fan.pk, at=later + timedelta(minutes=1))
    event_record(kind=Event.Kind.SIGNED_IN, actor_id=fan.pk, at=later + timedelta(hours=1))

    shown = showings_read(until=later + timedelta(hours=2))

    assert shown.position.tolist() == [0, 1, 2]
    found = [
        {name for name, happened in zip(OUTCOMES, row, strict=True) if happened}
        for row in shown.outcomes
    ]
    assert found == [{"watch", "like"}, {"skip"}, set()]
    assert FROM + "interests" in shown.names
