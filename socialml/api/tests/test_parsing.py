import pytest

URL = "/api/test/echo"

BAD_JSON = {
    "deep list": (b"[" * 100_000, 400, "json_too_deep"),
    "deep object": (b'{"a":' * 5_000, 400, "json_too_deep"),
    "33 levels": (b'{"text":"a","extra":' + b"[" * 33 + b"]" * 33 + b"}", 400, "json_too_deep"),
    "lone surrogate": (b'{"text":"\\ud83d"}', 400, "surrogate_characters_not_allowed"),
    "reversed pair": (b'{"text":"\\udc00\\ud800"}', 400, "surrogate_characters_not_allowed"),
    "surrogate key": (b'{"\\ud800":1,"text":"k"}', 400, "surrogate_characters_not_allowed"),
    "surrogate inside": (
        b'{"text":"a","extra":{"a":"\\ud800"}}',
        400,
        "surrogate_characters_not_allowed",
    ),
    "nul": (b'{"text":"a\\u0000b"}', 400, "null_characters_not_allowed"),
    "nul inside": (b'{"text":"a","extra":["\\u0000"]}', 400, "null_characters_not_allowed"),
    "nan": (b'{"text":"a","extra":NaN}', 400, "parse_error"),
    "infinity": (b'{"text":"a","extra":-Infinity}', 400, "parse_error"),
    "1e999": (b'{"text":"a","extra":1e999}', 400, "invalid"),
    "5000 digits": (b'{"text":"a","count":' + b"9" * 5_000 + b"}", 400, "parse_error"),
    "a key twice": (b'{"text":"a","text":"b"}', 400, "duplicate_key"),
    "empty": (b"", 400, "parse_error"),
    "spaces": (b"  ", 400, "parse_error"),
    "a list": (b"[]", 400, "invalid"),
    "a number": (b"123", 400, "invalid"),
    "null": (b"null", 400, "invalid"),
    "bom": (b'\xef\xbb\xbf{"text":"a"}', 400, "parse_error"),
    "not utf-8": (b'{"text":"\xff\xfe"}', 400, "parse_error"),
    "cut short": (b'{"text":"a', 400, "parse_error"),
    "too large": (b'{"text":"' + b"a" * 1_100_000 + b'"}', 413, "payload_too_large"),
}

BAD_VALUES = {
    "2^31": ("count", 2**31, "max_value"),
    "400 digits": ("count", "9" * 400, "max_value"),
    "underscores": ("count", "1_000", "invalid"),
    "Arabic digits": ("count", "١٢", "invalid"),
    "a fraction": ("count", 1.0, "invalid"),
    "spaces": ("count", " 5 ", "invalid"),
    "true": ("count", True, "invalid"),
    "yes": ("flag", "yes", "invalid"),
    "id zero": ("user_id", 0, "min_value"),
    "object for text": ("text", {"$gt": ""}, "invalid"),
    "list for text": ("text", ["a"], "invalid"),
    "true for text": ("text", True, "invalid"),
    "invisible text": ("text", "\u200b\ufeff\u3164", "blank"),
    "zalgo": ("text", "a" + "\u0316" * 40, "too_many_combining"),
    "51 letters": ("text", "a" * 51, "max_length"),
    "a million letters": ("text", "a" * 1_000_000, "max_length"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "status", "code"), BAD_JSON.values(), ids=BAD_JSON.keys())
def test_a_body_that_is_not_one_clear_object_is_refused(api, body, status, code):
    response = api.generic("POST", URL, body, content_type="application/json")

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert set(response.json()) == {"message", "error", "request_id", "timestamp"}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value", "code"), BAD_VALUES.values(), ids=BAD_VALUES.keys())
def test_a_value_of_another_kind_is_refused_by_name(api, name, value, code):
    response = api.post(URL, {"text": "a", name: value})

    assert (response.status_code, response.json()["error"]["code"]) == (400, code)
    assert name in response.json()["error"]["fields"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("text/plain", "unsupported_media_type"),
        ("application/xml", "unsupported_media_type"),
        ("", "unsupported_media_type"),
        ("///;;;=", "unsupported_media_type"),
        ("application/json; charset=utf-16", "unsupported_charset"),
        ("application/json; charset=utf-7", "unsupported_charset"),
        ("application/json; charset=unicode_escape", "unsupported_charset"),
        ("application/json; charset=bogus", "unsupported_charset"),
    ],
)
def test_another_content_type_or_charset_is_415(api, content_type, code):
    response = api.generic("POST", URL, b'{"text":"a"}', content_type=content_type)

    assert (response.status_code, response.json()["error"]["code"]) == (415, code)


@pytest.mark.django_db
def test_a_compressed_body_is_never_inflated(api):
    response = api.post(URL, {"text": "a"}, HTTP_CONTENT_ENCODING="gzip")

    assert (response.status_code, response.json()["error"]["code"]) == (
        415,
        "unsupported_encoding",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["👨‍👩‍👧👍🏽🇫🇷", "'; DROP TABLE users;--", "{{7*7}}", "<script>"])
def test_text_comes_back_as_it_went_in(api, text):
    response = api.post(URL, {"text": text})

    assert response.status_code == 201
    assert response.json()["data"] == {"text": text}


@pytest.mark.django_db
def test_success_has_four_keys(api):
    response = api.post(URL, {"text": "a", "count": "12", "user_id": "7"})

    assert set(response.json()) == {"message", "data", "ml_insights", "timestamp"}
    assert response.json()["data"] == {"text": "a", "count": 12, "user_id": 7}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=abc", "limit=101", "limit=1&limit=2"]
)
def test_a_bad_page_is_refused(api, query):
    response = api.get(f"{URL}?{query}")

    assert response.status_code == 400
    assert "limit" in response.json()["error"]["fields"]
