from io import BytesIO

import numpy as np
import pytest

from mlengine.errors import ArtifactError, TooLittleData
from mlengine.estimators.text_analyst import WEIGHTS, TextAnalyst
from mlengine.estimators.text_correction import TextCorrection
from mlengine.estimators.text_correction_fitting import correction_fit
from mlengine.estimators.text_features import features

LABELS = {"toxicity": ("any", "hate"), "spam": ("spam",)}
PLACES = ["in the park", "at home", "by the sea", "on the train", "in town", "at school"]


def decided(*, repeat=8):
    """Texts in which one word of this community's own is what moderators take down."""
    texts, truth = [], []
    for place in PLACES * repeat:
        for word, found in (("zorky", 1.0), ("plimmy", 0.0)):
            texts.append(f"you {word} {place} {len(texts) % 7}")
            truth.append(found)
    return texts, np.array(truth)


@pytest.fixture(scope="module")
def learned():
    texts, truth = decided()
    logits = np.full(len(texts), -2.0)
    return correction_fit(texts, {"any": truth}, {"any": logits})


def logits_of(model, text, *, any_=-2.0, hate=-1.0, spam=-3.0):
    shipped = {"toxicity": np.array([any_, hate]), "spam": np.array([spam])}
    return model.corrected(features(text), shipped, LABELS)


def test_a_word_that_moderators_take_down_raises_the_score_and_others_do_not(learned):
    foul = logits_of(learned, "you zorky at the station")["toxicity"][0]
    fair = logits_of(learned, "you plimmy at the station")["toxicity"][0]

    assert foul > 0 > fair


def test_kinds_that_nobody_decided_about_stay_as_they_are(learned):
    found = logits_of(learned, "you zorky")

    assert learned.kinds == ("any",)
    assert found["toxicity"][1] == -1.0
    assert found["spam"].tolist() == [-3.0]


def test_a_kind_decided_too_rarely_is_not_learned():
    texts, truth = decided(repeat=1)

    with pytest.raises(TooLittleData, match="20 times"):
        correction_fit(texts, {"any": truth}, {"any": np.zeros(len(texts))})


def test_texts_without_an_answer_teach_nothing():
    texts, truth = decided()
    unanswered = np.where(np.arange(len(truth)) % 5 == 0, np.nan, truth)

    model = correction_fit(texts, {"any": unanswered}, {"any": np.zeros(len(texts))})

    assert np.isfinite(model.weights.astype(np.float64)).all()


def test_survives_being_stored(learned):
    file = BytesIO()
    learned.save(file)
    file.seek(0)

    found = TextCorrection.load(file)

    assert logits_of(found, "you zorky")["toxicity"][0] == pytest.approx(
        logits_of(learned, "you zorky")["toxicity"][0]
    )


def test_a_foreign_file_is_refused():
    with pytest.raises(ArtifactError):
        TextCorrection.load(BytesIO(b"no model"))


def test_insights_follow_the_correction(learned):
    analyst = TextAnalyst.load(WEIGHTS)

    before = analyst.insights("you zorky at the station")
    after = analyst.insights("you zorky at the station", learned)

    assert after.toxicity.score > before.toxicity.score + 0.2
    assert after.sentiment == before.sentiment
