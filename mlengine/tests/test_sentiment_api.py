"""/api/sentiment."""

import pytest

from mlengine.api.serializers import MOST_TEXTS
from profiles.tests.factories import UserFactory, client_for

pytestmark = pytest.mark.django_db


def test_one_text_is_read_for_anybody():
    response = client_for().post("/api/sentiment", {"text": "I love this so much, thank you!"})

    assert response.status_code == 200
    body = response.json()
    (reading,) = body["data"]["results"]
    assert reading["sentiment"]["label"] == "positive"
    assert {"language", "sentiment", "emotion", "toxicity", "spam", "quality"} <= reading.keys()
    assert body["ml_insights"] == reading


def test_many_texts_are_read_in_order():
    texts = ["What a wonderful day", "I hate this, it is terrible"]

    response = client_for(UserFactory()).post("/api/sentiment", {"texts": texts})

    labels = [one["sentiment"]["label"] for one in response.json()["data"]["results"]]
    assert labels == ["positive", "negative"]
    assert response.json()["ml_insights"].keys() == {"model"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "one", "texts": ["two"]},
        {"texts": []},
        {"texts": ["x"] * (MOST_TEXTS + 1)},
        {"texts": "not a list"},
        {"texts": [1]},
        {"text": ["a"]},
        {"text": "x" * 2201},
        {"text": " \u200b "},
        [],
    ],
)
def test_bad_input_is_refused_by_name(body):
    response = client_for().post("/api/sentiment", body, format="json")

    assert response.status_code == 400
    assert response.json()["error"]["code"]
    assert "data" not in response.json()


def test_it_is_for_post_alone():
    assert client_for().get("/api/sentiment").status_code == 405
