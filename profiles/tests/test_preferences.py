import pytest

from profiles.models import Preferences
from profiles.selectors import preferences_of
from profiles.tests.factories import UserFactory, client_for
from socialml.core import cache
from socialml.core.models import Job

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "is_personalised": True,
    "muted_hashtags": [],
    "muted_categories": [],
    "languages": [],
}


def test_are_the_defaults_until_something_is_set():
    user = UserFactory()

    response = client_for(user).get("/api/profile/preferences")

    assert response.json()["data"] == DEFAULTS == preferences_of(user.pk)
    assert not Preferences.objects.exists()


def test_patch_changes_one_and_put_replaces_all():
    user = UserFactory()
    client = client_for(user)

    patched = client.patch("/api/profile/preferences", {"muted_hashtags": ["Spam", "SPAM", "été"]})
    both = client.patch("/api/profile/preferences", {"is_personalised": False})
    put = client.put("/api/profile/preferences", {"languages": ["en", "pt-BR"]})

    assert patched.json()["data"] == {**DEFAULTS, "muted_hashtags": ["spam", "été"]}
    assert both.json()["data"]["muted_hashtags"] == ["spam", "été"]
    assert both.json()["data"]["is_personalised"] is False
    assert put.json()["data"] == {**DEFAULTS, "languages": ["en", "pt-BR"]}
    assert preferences_of(user.pk) == put.json()["data"]


@pytest.mark.django_db(transaction=True)
def test_a_change_drops_the_ranking_and_asks_for_another():
    user = UserFactory()
    name = f"slate:feed:{user.pk}"
    cache.get_or_load(name, lambda: b"old", seconds=60)

    client_for(user).patch("/api/profile/preferences", {"is_personalised": False})

    assert cache.read_many([name]) == [None]
    job = Job.objects.get()
    assert (job.task, job.kwargs) == ("mlengine.tasks.account_refresh", {"user_id": user.pk})


def test_an_empty_body_resets_nothing():
    user = UserFactory()
    client = client_for(user)
    client.patch("/api/profile/preferences", {"is_personalised": False})

    response = client.generic("PUT", "/api/profile/preferences", b"", "application/json")

    assert response.status_code == 400
    assert preferences_of(user.pk)["is_personalised"] is False
    assert client.put("/api/profile/preferences", {}).json()["data"] == DEFAULTS


@pytest.mark.parametrize(
    "body",
    [
        {"is_personalised": "yes"},
        {"is_personalised": 1},
        {"muted_hashtags": "spam"},
        {"muted_hashtags": [1]},
        {"muted_hashtags": ["x"] * 201},
        {"muted_hashtags": ["x" * 65]},
        {"muted_categories": {"a": 1}},
        {"languages": ["klingon language"]},
        {"languages": None},
    ],
)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_bad_input_changes_nothing(method, body):
    user = UserFactory()

    response = getattr(client_for(user), method)("/api/profile/preferences", body)

    assert response.status_code == 400
    assert not Preferences.objects.exists()
    assert not Job.objects.exists()
