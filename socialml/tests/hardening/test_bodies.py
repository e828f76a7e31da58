"""Bodies that are not one clear JSON object, sent to every operation, whether it takes one."""

import pytest
from django.db import transaction

from socialml.core.redis import client as redis
from socialml.tests.hardening.operations import JSON, operations

TAKING_JSON = [operation for operation in operations() if operation.takes_json]
TAKING_NOTHING = [operation for operation in operations() if not operation.takes_body]

BODIES = {
    "a deep list": (b"[" * 100_000, "json_too_deep"),
    "a deep object": (b'{"a":' * 5_000, "json_too_deep"),
    "33 levels": (b'{"x":' + b"[" * 33 + b"]" * 33 + b"}", "json_too_deep"),
    "900 levels": (b'{"x":' + b"[" * 900 + b"]" * 900 + b"}", "json_too_deep"),
    "a surrogate as a key": (rb'{"\ud800":1}', "surrogate_characters_not_allowed"),
    "a surrogate inside": (rb'{"x":{"a":["\ud800"]}}', "surrogate_characters_not_allowed"),
    "nul inside": (rb'{"x":{"a":"\u0000"}}', "null_characters_not_allowed"),
    "nul as a key": (rb'{"\u0000":1}', "null_characters_not_allowed"),
    "NaN": (b'{"x":NaN}', "parse_error"),
    "Infinity": (b'{"x":Infinity}', "parse_error"),
    "-Infinity": (b'{"x":-Infinity}', "parse_error"),
    "1e999": (b'{"x":1e999}', "invalid"),
    "5000 digits": (b'{"x":' + b"9" * 5_000 + b"}", "parse_error"),
    "a key twice": (b'{"x":"a","x":"b"}', "duplicate_key"),
    "a key twice, once escaped": (rb'{"x":"a","\u0078":"b"}', "duplicate_key"),
    "nothing": (b"", "parse_error"),
    "spaces": (b" \r\n ", "parse_error"),
    "a list": (b"[]", "invalid"),
    "a list of objects": (b"[{}]", "invalid"),
    "a text": (b'"x"', "invalid"),
    "a number": (b"123", "invalid"),
    "true": (b"true", "invalid"),
    "null": (b"null", "invalid"),
    "a byte order mark": (b'\xef\xbb\xbf{"x":1}', "parse_error"),
    "bytes that are no text": (b'{"x":"\xff\xfe"}', "parse_error"),
    "utf-16": ('{"x":1}'.encode("utf-16"), "parse_error"),
    "cut short": (b'{"x":"a', "parse_error"),
    "two objects": (b"{}{}", "parse_error"),
    "a form": (b"content=a&text=b", "parse_error"),
}
TYPES = {
    "": "unsupported_media_type",
    "text/plain": "unsupported_media_type",
    "application/xml": "unsupported_media_type",
    "application/x-www-form-urlencoded": "unsupported_media_type",
    "multipart/form-data; boundary=x": "unsupported_media_type",
    "///;;;=": "unsupported_media_type",
    "application/json; charset=utf-16": "unsupported_charset",
    "application/json; charset=hex": "unsupported_charset",
    "application/json; charset=undefined": "unsupported_charset",
    "application/json; charset=utf-7": "unsupported_charset",
    "application/json; charset=unicode_escape": "unsupported_charset",
    "application/json; charset=idna": "unsupported_charset",
    "application/json; charset=bogus": "unsupported_charset",
}


@pytest.fixture
def send(ann, world, nothing_stored):
    """Return a function that sends a body to an operation and gives the status and the code."""

    def sent(operation, body, content_type=JSON, **headers):
        url = operation.url(world.ids_for(operation, of=world.ann))
        method = operation.method.upper()
        response = ann.generic(method, url, body, content_type=content_type, **headers)
        answer = response.json()
        assert set(answer) == {"message", "error", "request_id", "timestamp"}
        return response.status_code, answer["error"]["code"]

    return sent


@pytest.mark.parametrize("operation", TAKING_JSON, ids=str)
def test_a_body_that_is_not_one_clear_object_is_refused(send, operation):
    for name, (body, code) in BODIES.items():
        assert send(operation, body) == (400, code), name


@pytest.mark.parametrize("operation", [o for o in TAKING_JSON if o.method == "post"], ids=str)
def test_a_key_changes_nothing_of_that(send, operation):
    for name, (body, code) in BODIES.items():
        assert send(operation, body, HTTP_IDEMPOTENCY_KEY="one") == (400, code), name
    large = b'{"x":"' + b"a" * 3_000_000 + b'"}'
    assert send(operation, large, HTTP_IDEMPOTENCY_KEY="one") == (413, "payload_too_large")


@pytest.mark.parametrize("operation", TAKING_JSON, ids=str)
def test_a_body_of_another_type_or_charset_is_refused(send, operation):
    for content_type, code in TYPES.items():
        assert send(operation, b'{"x":1}', content_type) == (415, code), content_type


@pytest.mark.parametrize("operation", TAKING_JSON, ids=str)
def test_a_body_that_is_too_large_is_refused(send, operation):
    body = b'{"x":"' + b"a" * 3_000_000 + b'"}'

    assert send(operation, body) == (413, "payload_too_large")


@pytest.mark.parametrize("operation", TAKING_JSON, ids=str)
def test_a_compressed_body_is_not_inflated(send, operation):
    for encoding in ("gzip", "deflate", "br", "gzip, identity", "GZIP"):
        found = send(operation, b"\x1f\x8b" + bytes(100), HTTP_CONTENT_ENCODING=encoding)
        assert found == (415, "unsupported_encoding"), encoding


@pytest.mark.parametrize("operation", TAKING_NOTHING, ids=str)
def test_an_operation_that_takes_no_body_refuses_one(send, operation):
    for name, (body, code) in BODIES.items():
        if body:
            expected = "unexpected_body" if code == "invalid" and name != "1e999" else code
            assert send(operation, body) == (400, expected), name
    assert send(operation, b'{"post_id":1}') == (400, "unexpected_body")
    assert send(operation, b'{"x":"' + b"a" * 3_000_000 + b'"}') == (413, "payload_too_large")
    for content_type, code in TYPES.items():
        assert send(operation, b'{"x":1}', content_type) == (415, code), content_type


@pytest.mark.parametrize("operation", TAKING_NOTHING, ids=str)
def test_an_operation_that_takes_no_body_takes_an_empty_one(ann, world, operation):
    url = operation.url(world.ids_for(operation, of=world.ann))
    statuses = []
    for body in (b"", b"{}", b" { } "):
        with transaction.atomic():
            response = ann.generic(operation.method.upper(), url, body, content_type=JSON)
            transaction.set_rollback(True)
        redis.flushdb()
        statuses.append(response.status_code)
    assert len(set(statuses)) == 1
