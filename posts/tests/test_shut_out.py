"""A suspended account that never set a password is heard, and gets back in, by its last token."""

from datetime import timedelta
from functools import partial

import jwt
import pytest
from django.conf import settings
from django.utils import timezone

from posts.models import Appeal, Decision
from posts.services import account_reinstate, account_suspend, post_hide
from posts.tests.factories import PostFactory, UserFactory
from posts.tests.threads import at_once
from profiles.models import RefreshToken, Session
from profiles.services import (
    RefreshRefused,
    erasure_request,
    moderation_tokens_trade,
    password_set,
    session_revoke,
    tokens_issue,
    tokens_refresh,
)
from profiles.tests.factories import PASSWORD, client_for

pytestmark = pytest.mark.django_db

DECISIONS = "/api/moderation/decisions"


def suspended(user):
    """Return the account's refresh token, its account suspended since."""
    tokens = tokens_issue(user_id=user.pk, at=timezone.now())
    suspend(user)
    return tokens["refresh"]


def suspend(user):
    by = {"moderator_id": UserFactory(is_staff=True).pk, "reason": "Spam", "at": timezone.now()}
    account_suspend(account_id=user.pk, **by)


def reinstate(user):
    by = {"moderator_id": UserFactory(is_staff=True).pk, "reason": "Sorry", "at": timezone.now()}
    account_reinstate(account_id=user.pk, **by)


def trade(refresh):
    return client_for().post("/api/moderation/token", {"refresh": refresh})


def bearer(access):
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims, key=None):
    return jwt.encode(claims, key or settings.JWT_SECRET_KEY, algorithm="HS256")


def test_refreshing_says_where_to_go_and_the_token_taken_there_appeals():
    user = UserFactory()
    refresh = suspended(user)

    refused = client_for().post("/api/auth/token/refresh", {"refresh": refresh})
    got = trade(refresh)

    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "account_suspended")
    assert "/api/moderation/token" in refused.json()["message"]
    assert got.status_code == 200
    assert set(got.json()["data"]) == {"access", "refresh", "expires_in"}
    client = bearer(got.json()["data"]["access"])
    (decision,) = client.get(DECISIONS).json()["data"]["results"]
    assert decision["action"] == "suspend"
    appealed = client.post(decision["complaint"]["path"], {"text": "It was not me"})
    assert appealed.status_code == 201
    assert Appeal.objects.get().account_id == user.pk


def test_its_tokens_open_nothing_else():
    refresh = suspended(UserFactory())
    given = trade(refresh).json()["data"]

    for path in ("/api/profile", "/api/feed"):
        assert bearer(given["access"]).get(path).status_code == 401
    for one in (refresh, given["refresh"]):
        answer = client_for().post("/api/auth/token/refresh", {"refresh": one})
        assert answer.status_code == 401
    assert bearer(given["refresh"]).get(DECISIONS).status_code == 401


def test_others_decisions_stay_closed():
    user, other = UserFactory.create_batch(2)
    by = {"moderator_id": UserFactory(is_staff=True).pk, "reason": "Spam", "at": timezone.now()}
    post_hide(post_id=PostFactory(author=other).pk, **by)
    theirs = Decision.objects.get()
    client = bearer(trade(suspended(user)).json()["data"]["access"])

    assert client.get(f"{DECISIONS}/{theirs.pk}").status_code == 404
    assert client.post(f"{DECISIONS}/{theirs.pk}/appeal", {"text": "No"}).status_code == 404
    assert not Appeal.objects.exists()


def test_forged_tokens_and_those_of_others_get_none():
    user, other = UserFactory.create_batch(2)
    good, theirs = suspended(user), suspended(other)
    claims = claims_of(good)
    sessions = Session.objects.count()

    for token in (
        signed(claims, key="x" * 40),
        jwt.encode(claims, None, algorithm="none"),
        good[:-4] + "AAAA",
        # As only whoever has the key could sign them.
        signed({**claims, "user_id": str(other.pk)}),
        signed({**claims, "sid": claims_of(theirs)["sid"]}),
        signed({**claims, "jti": "x" * 32}),
        signed({**claims, "exp": 1}),
        signed({**claims, "token_type": "access"}),
        "a.b.c",
        "é",
        "[" * 2000,
    ):
        refused = trade(token)
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "token_not_valid")

    assert Session.objects.count() == sessions
    assert trade(good).status_code == 200


def test_a_token_that_was_used_up_gets_none_and_takes_nothing_from_its_owner():
    user, now = UserFactory(), timezone.now()
    stolen = tokens_issue(user_id=user.pk, at=now)["refresh"]
    last = tokens_refresh(refresh=stolen, at=now)["refresh"]
    suspend(user)

    assert trade(stolen).status_code == 401
    assert [trade(last).status_code for _ in range(2)] == [200, 200]


def test_it_expires_and_the_one_given_for_it_lasts_as_long_as_one_may_appeal():
    refresh, now = suspended(UserFactory()), timezone.now()
    days = settings.SOCIALML_APPEAL_DAYS

    later = moderation_tokens_trade(refresh=refresh, at=now)["refresh"]

    with pytest.raises(RefreshRefused):
        moderation_tokens_trade(refresh=refresh, at=now + timedelta(days=31))
    assert moderation_tokens_trade(refresh=later, at=now + timedelta(days=days - 1))
    with pytest.raises(RefreshRefused):
        moderation_tokens_trade(refresh=later, at=now + timedelta(days=days + 2))


def test_it_is_for_suspended_accounts_without_a_password_whose_session_stood():
    now = timezone.now()
    signed_out, erased, open_one = UserFactory.create_batch(3)
    ended = tokens_issue(user_id=signed_out.pk, at=now)["refresh"]
    session_revoke(session_id=claims_of(ended)["sid"], at=now)
    suspend(signed_out)
    gone = tokens_issue(user_id=erased.pk, at=now)["refresh"]
    erasure_request(user_id=erased.pk, at=now)
    standing = tokens_issue(user_id=open_one.pk, at=now)["refresh"]
    with_password = suspended(UserFactory(password=PASSWORD))
    kept = RefreshToken.objects.count()

    for token in (ended, gone, standing, with_password):
        assert trade(token).status_code == 401

    assert RefreshToken.objects.count() == kept
    assert tokens_refresh(refresh=standing, at=now)


@pytest.mark.parametrize("body", [{}, {"username": "ann"}, {"refresh": ""}, {"refresh": 7}])
def test_half_a_proof_is_bad_input(body):
    assert client_for().post("/api/moderation/token", body).status_code == 400
    both = {"username": "ann", "password": PASSWORD, "refresh": "x"}
    assert client_for().post("/api/moderation/token", both).status_code == 400


def test_once_reinstated_it_is_let_back_in_by_the_token_it_got():
    user = UserFactory()
    first = suspended(user)
    later = trade(first).json()["data"]["refresh"]
    reinstate(user)

    answer = client_for().post("/api/auth/token/refresh", {"refresh": later})

    assert answer.status_code == 200
    assert bearer(answer.json()["data"]["access"]).get("/api/profile").status_code == 200
    assert tokens_refresh(refresh=answer.json()["data"]["refresh"], at=timezone.now())
    # Whoever holds another token of that session comes too late.
    with pytest.raises(RefreshRefused):
        tokens_refresh(refresh=first, at=timezone.now())
    assert trade(first).status_code == 401


def test_a_password_set_since_closes_that_way():
    user, now = UserFactory(), timezone.now()
    one, two = (tokens_issue(user_id=user.pk, at=now)["refresh"] for _ in range(2))
    suspend(user)
    reinstate(user)
    back = tokens_refresh(refresh=one, at=now)
    password_set(
        user_id=user.pk,
        new_password=PASSWORD,
        current_password=None,
        session_id=claims_of(back["refresh"])["sid"],
        at=now,
    )

    with pytest.raises(RefreshRefused):
        tokens_refresh(refresh=two, at=now)
    assert not Session.objects.filter(is_suspended=True).exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_back_with_tokens_of_one_session_one_gets_in():
    user, now = UserFactory(), timezone.now()
    tokens = [suspended(user)]
    tokens += [moderation_tokens_trade(refresh=tokens[0], at=now)["refresh"] for _ in range(7)]
    reinstate(user)

    answers = at_once(partial(tokens_refresh, refresh=token, at=now) for token in tokens * 2)

    assert sum(isinstance(one, dict) for one in answers) == 1
    assert all(isinstance(one, RefreshRefused | dict) for one in answers)


@pytest.mark.django_db(transaction=True)
def test_whoever_refreshes_while_the_account_is_suspended_is_heard_all_the_same():
    for _ in range(6):
        user, now = UserFactory(), timezone.now()
        first = tokens_issue(user_id=user.pk, at=now)["refresh"]

        _, got = at_once(
            [partial(suspend, user), partial(tokens_refresh, refresh=first, at=now)], threads=2
        )

        last = got["refresh"] if isinstance(got, dict) else first
        assert moderation_tokens_trade(refresh=last, at=now)["access"]
