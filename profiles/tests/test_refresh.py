from datetime import timedelta
from functools import partial

import jwt
import pytest
from django.conf import settings
from django.utils import timezone

from profiles.models import RefreshToken, Session
from profiles.services import (
    AccountGone,
    RefreshRefused,
    account_suspend,
    session_revoke,
    sessions_purge,
    tokens_issue,
    tokens_refresh,
)
from profiles.services.tokens import GRACE
from profiles.tests.factories import PASSWORD, UserFactory, client_for
from profiles.tests.together import together

pytestmark = pytest.mark.django_db


def _refresh(token, **extra):
    return client_for().post("/api/auth/token/refresh", {"refresh": token}, **extra)


def _claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def _sign(claims, key=None, algorithm="HS256"):
    return jwt.encode(claims, key or settings.JWT_SECRET_KEY, algorithm=algorithm)


def test_gives_a_new_pair_of_the_same_session():
    user = UserFactory()
    first = tokens_issue(user_id=user.pk, at=timezone.now())

    response = _refresh(first["refresh"])

    assert response.status_code == 200
    data = response.json()["data"]
    assert set(data) == {"access", "refresh", "expires_in"}
    before, after = _claims(first["refresh"]), _claims(data["refresh"])
    assert after["sid"] == before["sid"]
    assert after["jti"] != before["jti"]
    assert _claims(data["access"])["user_id"] == str(user.pk)


def test_a_second_use_at_once_is_refused_and_the_session_stands():
    user, now = UserFactory(), timezone.now()
    first = tokens_issue(user_id=user.pk, at=now)
    second = tokens_refresh(refresh=first["refresh"], at=now)

    with pytest.raises(RefreshRefused):
        tokens_refresh(refresh=first["refresh"], at=now + GRACE)

    assert Session.objects.get().revoked_at is None
    assert tokens_refresh(refresh=second["refresh"], at=now + GRACE)


def test_a_second_use_later_ends_the_session():
    user, now = UserFactory(), timezone.now()
    first = tokens_issue(user_id=user.pk, at=now)
    second = tokens_refresh(refresh=first["refresh"], at=now)
    later = now + GRACE + timedelta(seconds=1)

    with pytest.raises(RefreshRefused):
        tokens_refresh(refresh=first["refresh"], at=later)

    assert Session.objects.get().revoked_at == later
    with pytest.raises(RefreshRefused):
        tokens_refresh(refresh=second["refresh"], at=later)


def test_a_second_use_after_the_successors_ends_the_session_at_once(
    django_capture_on_commit_callbacks,
):
    user, now = UserFactory(), timezone.now()
    first = tokens_issue(user_id=user.pk, at=now)
    second = tokens_refresh(refresh=first["refresh"], at=now)
    third = tokens_refresh(refresh=second["refresh"], at=now)

    with django_capture_on_commit_callbacks(execute=True):
        headers = {"HTTP_IDEMPOTENCY_KEY": "does-not-undo-it"}
        assert _refresh(first["refresh"], **headers).status_code == 401

    assert _refresh(third["refresh"]).status_code == 401
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {third['access']}")
    assert client.get("/api/profile").status_code == 401


def test_tokens_that_do_not_hold_are_refused():
    user, now = UserFactory(), timezone.now()
    good = tokens_issue(user_id=user.pk, at=now)
    claims = _claims(good["refresh"])
    header, body, signature = good["refresh"].split(".")
    forged = [
        good["access"],
        f"{header}.{body}.",
        f"{header}.{body}.{signature[:-4]}AAAA",
        good["refresh"][:-20],
        _sign(claims, key="x" * 40),
        _sign(claims, algorithm="HS512"),
        jwt.encode(claims, None, algorithm="none"),
        _sign({**claims, "exp": 1}),
        _sign({**claims, "exp": 1e20}),
        _sign({**claims, "exp": "soon"}),
        _sign({**claims, "nbf": 99999999999}),
        _sign({**claims, "iat": 99999999999}),
        _sign({**claims, "iss": "elsewhere"}),
        _sign({**claims, "user_id": "abc"}),
        _sign({**claims, "user_id": {"a": 1}}),
        _sign({**claims, "user_id": "\u0000"}),
        _sign({**claims, "user_id": user.pk}),
        _sign({**claims, "user_id": str(user.pk + 1)}),
        _sign({**claims, "user_id": "٣"}),
        _sign({**claims, "user_id": "9" * 40}),
        _sign({**claims, "sid": "\u0000"}),
        _sign({**claims, "sid": "another"}),
        _sign({**claims, "sid": None}),
        _sign({**claims, "jti": "x" * 64}),
        _sign({**claims, "jti": ["x"]}),
        *(_sign({k: v for k, v in claims.items() if k != name}) for name in ("exp", "jti", "sid")),
        "",
        "a.b.c",
        "é.é.é",
        "[" * 2000,
    ]

    for token in forged:
        response = _refresh(token)
        assert response.status_code == (400 if token == "" else 401), token
        assert response.json()["error"]["code"]

    assert RefreshToken.objects.get().consumed_at is None
    assert _refresh(good["refresh"]).status_code == 200


def test_an_expired_one_is_refused():
    user, now = UserFactory(), timezone.now()
    tokens = tokens_issue(user_id=user.pk, at=now)

    with pytest.raises(RefreshRefused):
        tokens_refresh(refresh=tokens["refresh"], at=now + timedelta(days=31))

    assert Session.objects.get().revoked_at is None


def test_a_suspended_or_deleted_accounts_is_refused():
    user, now = UserFactory(password=PASSWORD), timezone.now()
    tokens = tokens_issue(user_id=user.pk, at=now)
    account_suspend(user_id=user.pk, at=now)

    with pytest.raises(AccountGone):
        tokens_refresh(refresh=tokens["refresh"], at=now)
    user.delete()
    response = _refresh(tokens["refresh"])

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "no_active_account"


def test_an_ended_sessions_is_refused():
    user, now = UserFactory(), timezone.now()
    tokens = tokens_issue(user_id=user.pk, at=now)
    session_revoke(session_id=_claims(tokens["refresh"])["sid"], at=now)

    with pytest.raises(RefreshRefused):
        tokens_refresh(refresh=tokens["refresh"], at=now)

    assert RefreshToken.objects.count() == 1


def test_the_purge_drops_what_has_expired_and_nothing_else():
    now = timezone.now()
    tokens_issue(user_id=UserFactory().pk, at=now - timedelta(days=31))
    tokens = tokens_issue(user_id=UserFactory().pk, at=now)

    assert sessions_purge(at=now) == 2

    assert tokens_refresh(refresh=tokens["refresh"], at=now)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_succeeds_and_stays_signed_in():
    user, now = UserFactory(), timezone.now()
    for _ in range(3):
        tokens = tokens_issue(user_id=user.pk, at=now)

        results = together([partial(tokens_refresh, refresh=tokens["refresh"], at=now)] * 20)

        winners = [result for result in results if isinstance(result, dict)]
        assert len(winners) == 1
        assert all(isinstance(r, RefreshRefused) for r in results if r is not winners[0])
        assert tokens_refresh(refresh=winners[0]["refresh"], at=now)
