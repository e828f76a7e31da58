"""How many views a young post will have: lines, intervals and chances, from a known process."""

from io import BytesIO

import numpy as np
import pytest

from mlengine.errors import ArtifactError, TooLittleData
from mlengine.estimators.virality import FEATURES, FEWEST_VIEWS, Virality
from mlengine.estimators.virality_fitting import virality_fit
from mlengine.metrics.calibration import average_precision, brier, calibration_error
from mlengine.metrics.forecasting import crps, interval_coverage, interval_width

AGES = (0, 6)


def posts(count=1_500, *, by_draft=0.0, by_views=0.0, seed=0):
    """Return rows, views so far and at the end, of two ages.

    At the end the logs of the draft's promise and of the views after six hours count with
    these weights, beside noise of 0.4. Nothing is known of the views at age 0.
    """
    rng = np.random.default_rng(seed)
    draft, early = rng.normal(2.5, 0.7, count), rng.gamma(3.0, 0.5, count)
    log = 3.0 + by_draft * (draft - 2.5) + by_views * (early - 1.5) + rng.normal(0, 0.4, count)
    so_far = np.column_stack([np.zeros(count), np.round(np.expm1(early))])
    final = np.maximum(np.round(np.expm1(log)), so_far[:, 1])
    rows = np.zeros((count, len(AGES), len(FEATURES)))
    rows[:, :, FEATURES.index("expected")] = draft[:, None]
    rows[:, :, FEATURES.index("views")] = np.log1p(so_far)
    return rows, so_far, final


def fitted(given, **options):
    return virality_fit(*given, ages_hours=AGES, **options)


def rivals(**weights):
    return [stage.rival for stage in fitted(posts(**weights)).stages]


@pytest.mark.parametrize(
    ("weights", "young", "old"),
    [
        ({"by_draft": 1.0}, "draft", "draft"),
        ({"by_views": 1.0}, "usual", "early"),
        ({"by_draft": 0.6, "by_views": 0.8}, "draft", "full"),
    ],
)
def test_each_age_is_served_by_what_tells_most_at_it(weights, young, old):
    # What reads a feature that tells nothing says what "usual" says; and where there are no views
    # yet, the full line says what the draft says.
    alike = {"usual": {"usual", "draft", "early"}, "draft": {"draft", "full"}}

    found = rivals(**weights)

    assert found[0] in alike.get(young, {young})
    assert found[1] == old


def test_where_nothing_tells_the_full_line_is_not_served():
    assert "full" not in rivals()


def test_the_full_line_beats_views_alone_and_the_draft_alone_on_later_posts():
    given, later = posts(by_draft=0.6, by_views=0.8), posts(by_draft=0.6, by_views=0.8, seed=1)
    rows, so_far, final = later

    def missed(*names):
        model = fitted(given, rivals=[names] * 2) if names else fitted(given)
        return crps(np.log1p(final), model.draws(1, rows[:, 1], views=so_far[:, 1])).mean()

    assert missed() < 0.95 * min(missed("early"), missed("draft"))
    assert missed() < 0.6 * missed("usual")


def test_nine_in_ten_end_inside_and_chances_mean_what_they_say():
    model = fitted(posts(by_draft=0.6, by_views=0.8))
    rows, so_far, final = posts(4_000, by_draft=0.6, by_views=0.8, seed=1)
    is_viral = final >= model.viral_from

    for stage in range(2):
        said = model.predict(stage, rows[:, stage], views=so_far[:, stage])

        assert 0.87 < interval_coverage(final, said.low, said.high) < 0.93
        assert calibration_error(is_viral, said.probability) < 0.02
        assert (said.low <= said.middle).all()
        assert (said.middle <= said.high).all()
    # With the views of six hours more is known than without.
    young, old = (model.predict(n, rows[:, n], views=so_far[:, n]) for n in range(2))
    assert interval_width(old.low, old.high) < 0.8 * interval_width(young.low, young.high)
    assert brier(is_viral, old.probability) < 0.8 * brier(is_viral, young.probability)
    assert average_precision(is_viral, old.probability) > 0.6


def test_one_post_in_twenty_is_viral_but_none_of_few_views():
    given = posts(by_views=1.0)

    assert np.mean(given[2] >= fitted(given).viral_from) == pytest.approx(0.05, abs=0.01)
    few = (given[0], np.zeros_like(given[1]), np.minimum(given[2], 3.0))
    assert fitted(few).viral_from == FEWEST_VIEWS


def test_nobody_is_forecast_fewer_views_than_they_have():
    model = fitted(posts(by_views=1.0))
    row = np.zeros((1, len(FEATURES)))

    said = model.predict(1, row, views=np.array([model.viral_from - 1]))
    there = model.predict(1, row, views=np.array([model.viral_from]))

    assert said.low == said.middle == model.viral_from - 1
    assert 0 < said.probability[0] < 1
    assert there.probability == 1.0


def test_an_unknown_draft_is_taken_for_the_mean_one():
    model = fitted(posts(by_draft=1.0))
    mean = np.array([list(model.mean(0).values())])
    unknown = mean.copy()
    unknown[0, FEATURES.index("expected")] = np.nan

    said, of_mean = (model.predict(0, row, views=np.zeros(1)) for row in (unknown, mean))

    assert (said.middle, said.probability) == (of_mean.middle, of_mean.probability)
    assert model.contributions(0, unknown[0])["expected"] == 0.0


def test_without_a_model_every_post_is_told_what_posts_got():
    model = Virality.usual(np.arange(200.0))
    rows = np.full((2, len(FEATURES)), np.nan)

    said = model.predict(0, rows, views=np.array([0.0, 150.0]))

    assert said.middle[0] == pytest.approx(99.5, abs=1)
    assert (said.low[0], said.high[0]) == pytest.approx((9, 190), abs=1)
    assert said.probability[0] == pytest.approx(0.05, abs=0.005)
    assert said.low[1] == 150.0


def test_survives_a_save_and_load_and_is_the_same_each_time():
    given = posts(200, by_draft=0.6, by_views=0.8)
    before = [array.copy() for array in given]
    files = [BytesIO(), BytesIO()]
    for file in files:
        fitted(given).save(file)

    loaded = Virality.load(BytesIO(files[0].getvalue()))

    assert files[0].getvalue() == files[1].getvalue()
    again = BytesIO()
    loaded.save(again)
    assert again.getvalue() == files[0].getvalue()
    rows, so_far, _ = given
    said, kept = (one.predict(1, rows[:, 1], views=so_far[:, 1]) for one in (loaded, fitted(given)))
    assert (said.high == kept.high).all()
    assert all((a == b).all() for a, b in zip(before, given, strict=True))


def test_refuses_a_damaged_file_and_too_few_posts():
    file = BytesIO()
    fitted(posts(100)).save(file)

    for content in (b"", file.getvalue()[:-30]):
        with pytest.raises(ArtifactError):
            Virality.load(BytesIO(content))
    with pytest.raises(TooLittleData, match="59 posts came of age"):
        fitted(posts(59))


def test_what_was_kept_at_each_age_is_kept_when_it_learns_anew():
    given = posts(by_draft=1.0)

    model = fitted(given, rivals=[["usual"], ["early"]])

    assert [stage.rival for stage in model.stages] == ["usual", "early"]
