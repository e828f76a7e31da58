import pytest

from mlengine.models import AccountInsight, Slate
from profiles.models import Preferences
from profiles.selectors import controls_of, is_personalised, preferences_of
from profiles.services import mute_add
from profiles.tests.factories import NOON, UserFactory, client_for
from socialml.core import cache
from socialml.core.models import Job

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "is_personalised": True,
    "muted_hashtags": [],
    "muted_categories": [],
    "languages": [],
    "weights": {},
    "history_since": None,
    "muted_authors": [],
}


def test_are_the_defaults_until_something_is_set():
    user = UserFactory()

    response = client_for(user).get("/api/profile/preferences")

    assert response.json()["data"] == DEFAULTS == controls_of(user.pk)
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
    assert controls_of(user.pk) == put.json()["data"]


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
        {"weights": []},
        {"weights": None},
        {"weights": {"transitions": -0.1}},
        {"weights": {"transitions": 1.1}},
        {"weights": {"transitions": "1"}},
        {"weights": {"transitions": True}},
        {"weights": {"transitions": None}},
        {"weights": {"transitions": {}}},
        {"weights": {"astrology": 0.5}},
        {"weights": {"cohort": 0.5}},
    ],
)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_bad_input_changes_nothing(method, body):
    user = UserFactory()

    response = getattr(client_for(user), method)("/api/profile/preferences", body)

    assert response.status_code == 400
    assert not Preferences.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("weights", "name", "code"),
    [
        ({"transitions": 2}, "transitions", "out_of_range"),
        ({"trending": 1, "astrology": 0.5}, "astrology", "unknown_source"),
    ],
)
def test_a_weight_that_is_refused_is_named(weights, name, code):
    response = client_for(UserFactory()).patch("/api/profile/preferences", {"weights": weights})

    error = response.json()["error"]
    assert error["code"] == code
    assert list(error["fields"]["weights"]) == [name]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_weight_that_is_no_number_is_refused(number):
    user = UserFactory()
    body = b'{"weights": {"transitions": %s}}' % number.encode()

    response = client_for(user).generic(
        "PATCH", "/api/profile/preferences", body, "application/json"
    )

    assert response.status_code == 400
    assert not Preferences.objects.exists()


def test_weights_are_kept_as_given_and_replaced_as_a_whole():
    client = client_for(UserFactory())

    client.patch("/api/profile/preferences", {"weights": {"trending": 0, "transitions": 0.5}})
    response = client.patch("/api/profile/preferences", {"weights": {"fresh": 1}})

    assert response.json()["data"]["weights"] == {"fresh": 1.0}


def test_whom_one_mutes_is_shown_and_left_to_its_own_door():
    user, muted = UserFactory(), UserFactory()
    mute_add(muter_id=user.pk, muted_id=muted.pk, at=NOON)
    client = client_for(user)

    put = client.put("/api/profile/preferences", {"muted_authors": []})

    assert put.json()["data"]["muted_authors"] == [muted.pk]
    assert client.get("/api/profile/preferences").json()["data"]["muted_authors"] == [muted.pk]


@pytest.mark.django_db(transaction=True)
def test_the_choice_that_requests_read_follows_each_change():
    user = UserFactory()

    found = [is_personalised(user.pk)]
    for choice in (False, True):
        client_for(user).patch("/api/profile/preferences", {"is_personalised": choice})
        found.append(is_personalised(user.pk))

    assert found == [True, False, True]


def test_refusing_personalisation_deletes_what_was_predicted_at_once():
    user, other = UserFactory(), UserFactory()
    for one in (user, other):
        AccountInsight.objects.create(user_id=one.pk, churn_risk=0.5, computed_at=NOON)
        Slate.objects.create(
            audience="account", audience_id=one.pk, surface="feed", items="{}", computed_at=NOON
        )

    client_for(user).patch("/api/profile/preferences", {"is_personalised": False})

    assert list(AccountInsight.objects.values_list("pk", flat=True)) == [other.pk]
    assert list(Slate.objects.values_list("audience_id", flat=True)) == [other.pk]
