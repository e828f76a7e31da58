import gzip
import json

import pytest

from mlengine.errors import DatasetError, UnknownModel
from mlengine.evaluation.text import evaluate

SENTIMENT = """text,label,language
I love this,positive,en
I hate this so much,negative,en
Meeting at noon,neutral,en
Me encanta,positive,es
Es horrible,negative,es
"""


@pytest.fixture
def table(tmp_path):
    def write(content, name="data.csv"):
        path = tmp_path / name
        if name.endswith(".gz"):
            path.write_bytes(gzip.compress(content.encode()))
        else:
            path.write_text(content)
        return path

    return write


@pytest.mark.parametrize("name", ["data.csv", "data.csv.gz"])
def test_judges_sentiment_overall_by_language_and_beside_a_baseline(table, name):
    found = evaluate("sentiment", table(SENTIMENT, name))

    assert found["n"] == 5
    assert found["accuracy"] > 0.5
    assert set(found["per_label"]) == {"negative", "neutral", "positive"}
    assert found["per_language"]["es"]["n"] == 2
    assert found["baseline"]["name"] == "VADER"
    assert 0 < found["ms_per_text_p50"] <= found["ms_per_text_p99"]
    assert found["texts_per_second"] > 0
    json.dumps(found, allow_nan=False)


def test_a_file_of_polar_posts_is_judged_between_the_two_poles(table):
    found = evaluate("sentiment", table("text,label\nI love it,positive\nAwful rubbish,negative\n"))

    assert (found["accuracy"], found["roc_auc"], found["average_precision"]) == (1, 1, 1)


def test_judges_emotion(table):
    found = evaluate("emotion", table("text,label\nso angry and furious,anger\nso happy,joy\n"))

    assert set(found["per_label"]) == {"anger", "joy"}
    assert found["per_language"] == {}


@pytest.mark.parametrize("kind", [None, "any", "offensive", "hate", "threat", "insult", "sexual"])
def test_judges_each_kind_of_toxicity_with_any_other_word_for_it(table, kind):
    foul = "suck my dick" if kind == "sexual" else "you fucking bitch"
    data = f"text,label\n{foul},foul\nlovely weather today,acceptable\n"

    found = evaluate("toxicity", table(data), kind)

    assert found["kind"] == (kind or "any")
    assert found["roc_auc"] == 1
    assert set(found["per_label"]) == {"acceptable", kind or "any"}


def test_tells_how_many_clean_posts_would_be_held(table):
    data = (
        "text,label\nyou fucking bitch,foul\nlovely weather today,acceptable\n"
        "fuck you all you stupid bitches,acceptable\n"
    )

    found = evaluate("toxicity", table(data))

    assert found["false_alarms"] == found["first"]["false_alarms"] == {"0.5": 0.5, "0.9": 0.5}


def test_judges_spam(table):
    data = "text,label\nWIN a free prize call 09061701461 now,spam\nsee you at home,ham\n"

    found = evaluate("spam", table(data))

    assert found["accuracy"] == 1
    assert found["baseline"]["name"] == "majority"
    assert (found["baseline"]["accuracy"], found["baseline"]["macro_recall"]) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("task", "content", "named"),
    [
        ("sentiment", "text,mood\nhi,positive\n", "label"),
        ("sentiment", "label\npositive\n", "text"),
        ("sentiment", "text,label\nhi,positive\nho,meh\n", "line 3"),
        ("spam", "text,label\nhi,good\n", "line 2"),
        ("toxicity", "text,label\nhi,\n", "line 2"),
        ("emotion", "text,label\n", "no row"),
        ("spam", "text,label\nhi,ham\nho,ham\n", "ham"),
        ("spam", "", "empty"),
    ],
)
def test_a_file_that_cannot_be_judged_is_refused_by_name(table, task, content, named):
    path = table(content)

    with pytest.raises(DatasetError, match=named) as refusal:
        evaluate(task, path)

    assert str(path) in str(refusal.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DatasetError, match=r"nowhere\.csv"):
        evaluate("spam", tmp_path / "nowhere.csv")


@pytest.mark.parametrize(("task", "kind"), [("irony", None), ("toxicity", "mean"), ("spam", "any")])
def test_an_unknown_task_or_kind_is_refused(table, task, kind):
    with pytest.raises(UnknownModel):
        evaluate(task, table(SENTIMENT), kind)
