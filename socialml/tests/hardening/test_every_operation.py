"""What holds for every operation of the API, whichever app it belongs to."""

import pytest
from rest_framework.test import APIClient

from socialml.api.tests.conftest import claims, signed

BAD_IDS = [
    "0", "-1", "abc", "1.0", "1e3", "1'--", "1;x", "%00", "%ff", "%ed%a0%80", "..%2f..%2fetc",
    "9" * 20, "9" * 5000, "٣", "３", "01", "9223372036854775808",
]  # fmt: skip
BAD_LIMITS = ["-1", "0", "abc", "1e3", "101", "9" * 30, "%00", "٣", "1.0", "+5"]
BAD_CURSORS = ["!!!", "//79", "cD1ub3RhZGF0ZQ", "%00", "a" * 3000, "o=1e14", "cD05OTk5LTEyLTMx"]


def call(client, operation, url):
    return getattr(client, operation.method)(url, {} if operation.method != "get" else None)


def no_server_error(response, operation):
    assert response.status_code < 500, (str(operation), response.content[:300])
    if response.status_code >= 400:
        assert set(response.json()) == {"message", "error", "request_id", "timestamp"}, operation
        assert response.json()["error"]["code"], operation


def test_a_missing_forged_or_foreign_token_is_401_everywhere(ann, every_operation):
    tokens = {
        "none": "",
        "forged": "Bearer " + signed(claims(), key="k" * 40),
        "refresh": "Bearer " + signed(claims(token_type="refresh")),
        "expired": "Bearer " + signed(claims(exp=1)),
    }
    protected = [operation for operation in every_operation if not operation.is_open]

    assert len(protected) > 30
    for operation in protected:
        for name, header in tokens.items():
            client = APIClient()
            if header:
                client.credentials(HTTP_AUTHORIZATION=header)
            response = call(client, operation, operation.url())
            assert response.status_code == 401, (str(operation), name, response.content[:200])


@pytest.mark.parametrize("value", BAD_IDS, ids=lambda value: value[:20])
def test_an_id_in_another_spelling_is_404_everywhere(ann, every_operation, value):
    with_ids = [operation for operation in every_operation if operation.has_id]

    assert with_ids
    for operation in with_ids:
        response = call(ann, operation, operation.url(value=value))
        assert response.status_code == 404, (str(operation), response.content[:200])
        no_server_error(response, operation)


@pytest.mark.parametrize("value", BAD_LIMITS, ids=lambda value: value[:20])
def test_a_limit_out_of_range_is_400_everywhere(ann, every_operation, value):
    limited = [op for op in every_operation if "limit" in op.query and op.method == "get"]

    assert limited
    for operation in limited:
        ids = str(ann.profile_id if "profile" in operation.path else ann.post_id)
        response = ann.get(f"{operation.url(value=ids)}?limit={value}")
        assert response.status_code == 400, (str(operation), response.content[:200])


@pytest.mark.parametrize("value", BAD_CURSORS, ids=lambda value: value[:20])
def test_a_cursor_that_was_not_made_here_is_400_everywhere(ann, every_operation, value):
    paged = [op for op in every_operation if "cursor" in op.query and op.method == "get"]

    assert paged
    for operation in paged:
        ids = str(ann.profile_id if "profile" in operation.path else ann.post_id)
        response = ann.get(f"{operation.url(value=ids)}?cursor={value}")
        assert response.status_code == 400, (str(operation), response.content[:200])


def test_a_parameter_given_twice_is_400_everywhere(ann, every_operation):
    limited = [op for op in every_operation if "limit" in op.query and op.method == "get"]

    for operation in limited:
        ids = str(ann.profile_id if "profile" in operation.path else ann.post_id)
        response = ann.get(f"{operation.url(value=ids)}?limit=5&limit=6")
        assert response.status_code == 400, (str(operation), response.content[:200])


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b'{"content":"\\ud800"}',
        b'{"content":"a\\u0000b"}',
        b'{"content":NaN}',
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"text"',
        b'{"content":{"$gt":""},"text":["a"],"events":7,"username":true,"refresh":{}}',
        b'{"content":1e999}',
    ],
    ids=range(11),
)
def test_a_hostile_body_is_refused_everywhere(ann, every_operation, body):
    writing = [op for op in every_operation if op.method in ("post", "put", "patch")]

    assert writing
    for operation in writing:
        url = operation.url(value=str(ann.post_id))
        response = ann.generic(operation.method.upper(), url, body, content_type="application/json")
        no_server_error(response, operation)
