from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from posts.models import Post, PostHashtag
from profiles.models import User
from socialml.api.tests.conftest import claims, signed
from socialml.core.models import AnsweredRequest

URL = "/api/test/make"


@pytest.fixture
def post(db):
    author = User.objects.create(username="ann", username_key="ann", joined_at=timezone.now())
    return Post.objects.create(author=author, published_at=timezone.now())


def test_the_same_key_gives_the_same_answer_and_one_row(signed_in, post):
    body = {"post_id": post.pk, "name": "a"}

    first = signed_in.post(URL, body, HTTP_IDEMPOTENCY_KEY="k1")
    second = signed_in.post(URL, body, HTTP_IDEMPOTENCY_KEY="k1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotent-Replay"] == "true"
    assert PostHashtag.objects.count() == 1


def test_the_same_key_for_another_body_is_refused(signed_in, post):
    signed_in.post(URL, {"post_id": post.pk, "name": "a"}, HTTP_IDEMPOTENCY_KEY="k1")

    response = signed_in.post(URL, {"post_id": post.pk, "name": "b"}, HTTP_IDEMPOTENCY_KEY="k1")

    assert (response.status_code, response.json()["error"]["code"]) == (
        409,
        "idempotency_mismatch",
    )
    assert PostHashtag.objects.count() == 1


def test_another_accounts_key_is_another_key(signed_in, post):
    other = APIClient()
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {signed(claims(user_id='8'))}")
    signed_in.post(URL, {"post_id": post.pk, "name": "a"}, HTTP_IDEMPOTENCY_KEY="k1")

    response = other.post(URL, {"post_id": post.pk, "name": "b"}, HTTP_IDEMPOTENCY_KEY="k1")

    assert response.status_code == 201


def test_a_failure_leaves_nothing_and_the_key_may_be_tried_again(signed_in, post):
    body = {"post_id": post.pk, "name": "a"}

    failed = signed_in.post(URL, {**body, "fail": True}, HTTP_IDEMPOTENCY_KEY="k1")

    assert failed.status_code == 400
    assert not PostHashtag.objects.exists()
    assert not AnsweredRequest.objects.exists()
    assert signed_in.post(URL, body, HTTP_IDEMPOTENCY_KEY="k1").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "é"])
def test_a_key_of_another_form_is_refused(signed_in, post, key):
    response = signed_in.post(URL, {"post_id": post.pk, "name": "a"}, HTTP_IDEMPOTENCY_KEY=key)

    assert response.json()["error"]["code"] == "invalid_idempotency_key"
    assert not PostHashtag.objects.exists()


def test_no_token_is_401_with_a_key_too(api, post):
    response = api.post(URL, {}, HTTP_IDEMPOTENCY_KEY="k1")

    assert response.status_code == 401
    assert not AnsweredRequest.objects.exists()


def test_a_forged_token_is_401_with_a_key_too(api, post):
    response = api.post(URL, {}, HTTP_IDEMPOTENCY_KEY="k1", HTTP_AUTHORIZATION="Bearer x.y.z")

    assert response.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_twenty_twins_at_once_make_one_row():
    author = User.objects.create(username="ann", username_key="ann", joined_at=timezone.now())
    post = Post.objects.create(author=author, published_at=timezone.now())
    token = signed(claims())

    def send(_):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        try:
            body = {"post_id": post.pk, "name": "a"}
            return client.post(URL, body, HTTP_IDEMPOTENCY_KEY="k1").content
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(send, range(20)))

    assert len(answers) == 1
    assert PostHashtag.objects.count() == 1
