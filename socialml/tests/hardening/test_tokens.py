"""Tokens and headers that do not hold, on every operation that asks for one."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

import jwt
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from profiles.services import (
    account_suspend,
    erasure_request,
    password_set,
    session_revoke,
    tokens_issue,
)
from socialml.api.tests.conftest import claims, signed
from socialml.api.tests.test_authentication import BAD
from socialml.tests.hardening.operations import JSON, operations

PROTECTED = [operation for operation in operations() if not operation.is_open]


def _of_another_algorithm() -> str:
    """Return a token whose header says RS256 and whose signature is our own HMAC."""
    head = urlsafe_b64encode(b'{"alg":"RS256","typ":"JWT"}').rstrip(b"=").decode()
    text = f"{head}.{signed(claims()).split('.')[1]}"
    signature = hmac.new(settings.JWT_SECRET_KEY.encode(), text.encode(), sha256).digest()
    return f"{text}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


HEADERS = {
    **{f"a token: {name}": token for name, token in BAD.items()},
    "a token: RS256 over our HMAC": _of_another_algorithm,
    "no scheme": "x.y.z",
    "no token": "Bearer",
    "two tokens": "Bearer a b",
    "another scheme": "Basic YTpi",
    "no ASCII": "Bearer é",
    "nul": "Bearer \x00",
}


def _header(name: str) -> str:
    given = HEADERS[name]
    value = given() if callable(given) else given
    return f"Bearer {value}" if name.startswith("a token") else value


# One for all: to make one takes longer than to ask.
nobody = Client()


def ask(operation, world, header=None):
    url = operation.url(world.ids_for(operation, of=world.ann))
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
    response = nobody.generic(operation.method.upper(), url, b"{}", content_type=JSON, **headers)
    return response.status_code, response.json()["error"]["code"]


def test_most_operations_are_for_signed_in_accounts():
    is_open = {str(operation) for operation in operations() if operation.is_open}

    assert is_open == {
        "POST /api/auth/token",
        "POST /api/auth/token/refresh",
        "POST /api/moderation/token",
        "POST /api/profile",
        "GET /api/profile/erasure",
        "GET /api/post/categories",
        "POST /api/recommendations/session",
        "POST /api/sentiment",
    }


@pytest.mark.parametrize("operation", PROTECTED, ids=str)
def test_without_a_token_that_holds_it_is_401(world, operation, nothing_stored):
    assert ask(operation, world) == (401, "not_authenticated")
    for name in HEADERS:
        assert ask(operation, world, _header(name)) == (401, "token_not_valid"), name


def _leave(user, session_id):
    session_revoke(session_id=session_id, at=timezone.now())


def _suspend(user, session_id):
    account_suspend(user_id=user.pk, at=timezone.now())


def _erase(user, session_id):
    erasure_request(user_id=user.pk, at=timezone.now())


def _change_password(user, session_id):
    password_set(
        user_id=user.pk,
        new_password="violet-otter-47",
        current_password=None,
        session_id="another",
        at=timezone.now(),
    )


@pytest.mark.parametrize("end", [_leave, _suspend, _erase, _change_password])
def test_a_token_of_a_session_that_ended_opens_nothing(
    world, end, django_capture_on_commit_callbacks
):
    tokens = tokens_issue(user_id=world.ann.pk, at=timezone.now())
    session_id = jwt.decode(tokens["access"], options={"verify_signature": False})["sid"]

    with django_capture_on_commit_callbacks(execute=True):
        end(world.ann, session_id)

    for operation in PROTECTED:
        found = ask(operation, world, f"Bearer {tokens['access']}")
        assert found == (401, "token_not_valid"), str(operation)


@pytest.mark.parametrize("operation", PROTECTED, ids=str)
def test_no_header_makes_another_method_of_it(ann, world, operation):
    url = operation.url(world.ids_for(operation, of=world.ann))
    for method in ("TRACE", "FOO"):
        response = ann.generic(method, url)
        assert (response.status_code, response.json()["error"]["code"]) == (
            405,
            "method_not_allowed",
        )
    if operation.method == "get":
        ann.get(url, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE", HTTP_X_METHOD_OVERRIDE="DELETE")
        world.ann.refresh_from_db()
        assert world.ann.is_active
        assert world.ann.posts.count() == 2


@pytest.mark.parametrize("host", ["evil.example", "a b", "evil.example:80", "localhost.evil", "é"])
def test_a_forged_host_is_refused_in_our_own_shape(ann, host):
    response = ann.get("/api/post", HTTP_HOST=host)

    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")


def test_a_forwarded_host_is_not_believed(ann):
    response = ann.get("/api/post", HTTP_X_FORWARDED_HOST="evil.example")

    assert response.status_code == 200
    assert b"evil.example" not in response.content
