from functools import partial

import pytest

from analytics.models import Event
from profiles.models import User
from profiles.services import UsernameTaken, account_create
from profiles.tests.factories import NOON, PASSWORD, client_for
from profiles.tests.together import together

pytestmark = pytest.mark.django_db


def _sign_up(**fields):
    return client_for().post("/api/profile", {"username": "ann", **fields})


def test_answers_with_the_profile_and_tokens_that_open_it():
    response = _sign_up(email="ann@example.com", bio="Hi", interests=["music", "art"])

    assert response.status_code == 201
    body = response.json()
    assert set(body) == {"message", "data", "ml_insights", "timestamp"}
    data = body["data"]
    assert (data["username"], data["bio"], data["interests"]) == ("ann", "Hi", ["music", "art"])
    assert data["has_password"] is False
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {data['tokens']['access']}")
    assert client.get("/api/profile").json()["data"]["id"] == data["id"]
    event = Event.objects.get()
    assert (event.kind, event.actor_id) == (Event.Kind.SIGNED_UP, data["id"])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("аdmin", "username_confusable"),
        ("ＡＤＭＩＮ", "username_confusable"),
        ("роса", "username_confusable"),
        ("ﬁnn", "username_confusable"),
        ("a\u202egnp.exe", "invalid_characters"),
        ("a\u200bnn", "invalid_characters"),
        ("ann\u3164", "invalid_characters"),
        ("ann bob", "invalid_characters"),
        ("ann\r\nX-Evil: 1", "invalid_characters"),
        ("'; DROP TABLE users;--", "invalid_characters"),
        ("...", "invalid_characters"),
        ("Admin", "username_reserved"),
        ("ab", "min_length"),
        ("a" * 1_000_000, "max_length"),
        ("", "blank"),
        (None, "null"),
        (["ann"], "invalid"),
        (True, "invalid"),
        (12345, "invalid"),
        ("a\u0000b", "null_characters_not_allowed"),
    ],
)
def test_a_name_that_breaks_a_rule_is_refused(name, code):
    response = _sign_up(username=name)

    assert response.status_code == 400
    assert response.json()["error"]["code"] == code
    assert not User.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["Саша", "नमस्ते", "日本ご", "naïve", "ann_b.c-d", "ñandú42"])
def test_names_of_every_script_are_welcome(name):
    response = _sign_up(username=name)

    assert response.status_code == 201
    assert response.json()["data"]["username"] == name


@pytest.mark.parametrize(
    ("first", "second"),
    [("ann", "ANN"), ("Straße", "STRASSE"), ("finn", "ﬁnn"), ("İstanbul", "istanbul")],
)
def test_two_spellings_of_a_name_are_one_account(first, second):
    assert _sign_up(username=first).status_code == 201

    response = _sign_up(username=second)

    assert response.status_code == 400
    assert response.json()["error"] == {
        "code": "username_taken",
        "fields": {"username": ["This name is taken."]},
    }
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("A@x.com", "a@X.COM"),
        ("a@x.com", "a+b@x.com"),
        ("a@bücher.de", "a@xn--bcher-kva.de"),
    ],
)
def test_two_spellings_of_an_address_are_one_account(first, second):
    assert _sign_up(username="first", email=first).status_code == 201

    response = _sign_up(username="second", email=second)

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "email_taken"
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": 5}, "email"),
        ({"email": "a@x.com."}, "email"),
        ({"email": "a@x.com\r\nBcc: b@x.com"}, "email"),
        ({"bio": "b" * 501}, "bio"),
        ({"bio": "a" + "\u0301" * 500}, "bio"),
        ({"bio": {"$gt": ""}}, "bio"),
        ({"interests": "music"}, "interests"),
        ({"interests": [1]}, "interests"),
        ({"interests": ["x"] * 21}, "interests"),
        ({"interests": ["\u200b"]}, "interests"),
        ({"is_private": "yes"}, "is_private"),
        ({"language": "english!"}, "language"),
        ({"password": "p" * 1_000_000}, "password"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": ["x"]}, "password"),
    ],
)
def test_bad_input_is_refused_by_field(fields, where):
    response = _sign_up(**fields)

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [where]
    assert not User.objects.exists()


def test_protected_fields_are_not_for_the_asking():
    response = _sign_up(
        id=99, is_staff=True, is_superuser=True, is_active=False, follower_count=5, post_count=3
    )

    assert response.status_code == 201
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert (user.follower_count, user.post_count) == (0, 0)
    assert user.pk != 99


def test_a_text_of_every_kind_comes_back_as_it_was():
    bio = "<script>{{7*7}} ${7*7} '; DROP TABLE users;-- 👩‍👩‍👧‍👦🏳️‍🌈"

    response = _sign_up(bio=bio)

    assert response.json()["data"]["bio"] == bio


def test_a_password_given_is_kept_hashed():
    _sign_up(password=PASSWORD)

    user = User.objects.get()
    assert user.check_password(PASSWORD)
    assert user.password.startswith("argon2$argon2id$")


def test_the_same_key_makes_one_account():
    client = client_for()
    first = client.post("/api/profile", {"username": "ann"}, headers={"Idempotency-Key": "k1"})
    again = client.post("/api/profile", {"username": "ann"}, headers={"Idempotency-Key": "k1"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert User.objects.count() == 1


@pytest.mark.usefixtures("one_rate_window")
def test_an_address_cannot_sign_up_without_end():
    client = client_for()
    statuses = [client.post("/api/profile", {"username": "x"}).status_code for _ in range(31)]

    assert statuses[:30] == [400] * 30
    assert statuses[30] == 429


@pytest.mark.django_db(transaction=True)
def test_of_many_that_want_one_name_at_once_one_gets_it():
    work = partial(account_create, username="ann", at=NOON)

    results = together([work] * 8)

    made = [result for result in results if isinstance(result, User)]
    assert len(made) == 1
    assert all(isinstance(r, UsernameTaken) for r in results if r is not made[0])
    assert User.objects.count() == 1
    assert Event.objects.count() == 1
