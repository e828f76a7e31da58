import time
from base64 import urlsafe_b64encode

import pytest

from socialml.api.gate import session_key
from socialml.api.tests.conftest import claims, signed
from socialml.core.redis import client, key


def forged_unsigned():
    head = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    body = signed(claims()).split(".")[1]
    return f"{head}.{body}."


BAD = {
    "nothing": "",
    "a word": "abc",
    "two dots": "..",
    "not base64": "é.é.é",
    "unsigned": forged_unsigned,
    "another key": lambda: signed(claims(), key="x" * 40),
    "another algorithm": lambda: signed(claims(), algorithm="HS512"),
    "cut short": lambda: signed(claims())[:-4],
    "expired": lambda: signed(claims(exp=time.time() - 1)),
    "not yet valid": lambda: signed(claims(nbf=time.time() + 600)),
    "issued in the future": lambda: signed(claims(iat=time.time() + 600)),
    "no expiry": lambda: signed(claims(exp=None)),
    "no id": lambda: signed(claims(jti=None)),
    "no session": lambda: signed(claims(sid=None)),
    "no account": lambda: signed(claims(user_id=None)),
    "an account that is a word": lambda: signed(claims(user_id="abc")),
    "an account that is an object": lambda: signed(claims(user_id={"a": 1})),
    "an account that is nul": lambda: signed(claims(user_id="\u0000")),
    "an account beyond 64 bits": lambda: signed(claims(user_id="9" * 30)),
    "an account in Arabic digits": lambda: signed(claims(user_id="٣")),
    "an expiry of 1e20": lambda: signed(claims(exp=int(1e20))),
    "a refresh token": lambda: signed(claims(token_type="refresh")),
    "another issuer": lambda: signed(claims(iss="elsewhere")),
    "fifty thousand letters": "a" * 50_000,
    "deep json": lambda: urlsafe_b64encode(b"[" * 1500).decode() + ".e30." + "A" * 43,
}


@pytest.mark.django_db
@pytest.mark.parametrize("token", BAD.values(), ids=BAD.keys())
def test_a_token_that_does_not_hold_is_401(api, token):
    value = token() if callable(token) else token

    response = api.get("/api/test/mine", HTTP_AUTHORIZATION=f"Bearer {value}")

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "token_not_valid"
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["Bearer", "Basic YTpi", "Bearer a b", "bearer", "Token x"])
def test_a_header_of_another_form_is_401(api, header):
    assert api.get("/api/test/mine", HTTP_AUTHORIZATION=header).status_code == 401


@pytest.mark.django_db
def test_no_token_is_401_with_its_own_code(api):
    response = api.get("/api/test/mine")

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "not_authenticated"


def test_a_good_token_names_its_account_without_a_query(signed_in, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = signed_in.get("/api/test/mine")

    assert response.json()["data"] == {"me": 7}


@pytest.mark.django_db
def test_a_revoked_session_is_refused_at_once(signed_in):
    assert signed_in.get("/api/test/mine").status_code == 200
    client.set(key(session_key("session-of-seven")), b"1", ex=60)

    assert signed_in.get("/api/test/mine").status_code == 401
