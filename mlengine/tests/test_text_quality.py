import pytest

from mlengine.estimators.text_quality import WEIGHTS, text_quality

FAIR = "We tried the new bakery on the corner today. The bread is still warm, come and see!"


@pytest.mark.parametrize(
    ("worse", "part"),
    [
        ("ok", "length"),
        ("buy buy buy buy buy buy buy buy buy buy buy buy buy buy buy buy", "repetition"),
        (FAIR.upper(), "caps"),
        (f"{FAIR} http://a.b http://c.d www.e.f", "links"),
        (FAIR + " #a1 #b2 #c3 #d4 #e5 #f6 #g7 #h8 #i9 #j0", "hashtags"),
        (FAIR.replace(".", "").replace("!", "") * 4, "readability"),
    ],
)
def test_each_fault_lowers_its_part_and_the_score(worse, part):
    fair, found = text_quality(FAIR), text_quality(worse)

    assert found.parts[part] < fair.parts[part]
    assert found.score < fair.score


def test_the_score_is_the_weighted_mean_of_the_parts():
    found = text_quality(FAIR + " #one http://a.b")

    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert found.score == pytest.approx(sum(WEIGHTS[n] * p for n, p in found.parts.items()))
    assert all(0 <= part <= 1 for part in found.parts.values())


@pytest.mark.parametrize("text", ["", "😀", "!!!", "12345"])
def test_without_words_nothing_is_said_for_or_against(text):
    assert text_quality(text).score == 0.5
