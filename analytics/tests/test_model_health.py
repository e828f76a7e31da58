"""GET /api/analytics/models"""

from datetime import timedelta

import pytest
from django.utils import timezone

from mlengine.models import ModelVersion
from profiles.tests.factories import UserFactory, client_for

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_lists_the_models_that_serve():
    response = client_for(UserFactory()).get("/api/analytics/models")

    assert response.status_code == 200
    assert response.json()["data"]["models"] == []


def test_says_how_the_model_that_serves_did_when_it_was_judged_again():
    made = {"name": "behaviour", "artifact": b"", "sha256": ""}
    metrics = {"measure": "F1", "score": 0.8, "baseline": 0.5, "candidate": {"f1": 0.8, "posts": 9}}
    now = timezone.now()
    version = ModelVersion.objects.create(
        **made, metrics=metrics, trained_at=now - DAY, is_live=True
    )

    def health():
        [model] = client_for(UserFactory()).get("/api/analytics/models").json()["data"]["models"]
        return model["health"]

    assert health()["drift"] is None
    ModelVersion.objects.create(**made, metrics={"score": 0.7, "live": 0.74}, trained_at=now)

    assert health()["drift"] == pytest.approx(-0.06)
    assert health()["quality"] == [{"name": "f1", "value": 0.8, "baseline": None}]
    assert [one["is_live"] for one in health()["history"]] == [True, False]
    assert health()["history"][0]["version"] == str(version)
