import time

import jwt
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from socialml.core.redis import breaker


@pytest.fixture(autouse=True)
def _test_urls(settings):
    settings.ROOT_URLCONF = "socialml.api.tests.urls"
    breaker._open_until = 0.0


def claims(**changes):
    now = int(time.time())
    whole = {
        "token_type": "access",
        "iss": "socialml",
        "user_id": "7",
        "sid": "session-of-seven",
        "jti": "a1",
        "iat": now,
        "exp": now + 300,
    }
    whole.update(changes)
    return {name: value for name, value in whole.items() if value is not None}


def signed(payload, *, key=None, algorithm="HS256"):
    return jwt.encode(payload, key or settings.JWT_SECRET_KEY, algorithm=algorithm)


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def signed_in():
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {signed(claims())}")
    return client
