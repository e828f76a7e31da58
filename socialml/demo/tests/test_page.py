"""The page and its files, without a browser."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from socialml.demo.views import content_policy


class Page(HTMLParser):
    """The files that a page names, and what a strict policy would refuse in it."""

    def __init__(self, text):
        super().__init__()
        self.files, self.refused = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        named = [given[name] for name in ("src", "href") if name in given]
        self.files += [address for address in named if address.startswith("/static/")]
        self.refused += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.refused.append(tag)


def directives(policy):
    return {name: rest for name, _, rest in (part.partition(" ") for part in policy.split("; "))}


@pytest.fixture
def answer():
    return Client().get("/")


def test_the_page_lets_nothing_run_but_its_own_files(answer):
    policy = directives(answer["Content-Security-Policy"])

    assert answer.status_code == 200
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert policy["require-trusted-types-for"] == "'script'"
    assert {policy[n] for n in ("base-uri", "form-action", "frame-ancestors")} == {"'none'"}
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_no_script_and_no_style_stands_in_the_page(answer):
    assert Page(answer.content.decode()).refused == []


def test_every_file_that_the_page_names_is_given_out(answer):
    files = Page(answer.content.decode()).files
    types = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

    assert {name[name.rindex(".") :] for name in files} == set(types)
    for name in files:
        given = Client().get(name)
        assert given.status_code == 200, name
        assert given["Content-Type"].startswith(types[name[name.rindex(".") :]]), name


def test_the_page_is_read_and_not_written_to():
    assert Client().post("/").status_code == 405


@pytest.mark.parametrize(
    ("media_url", "sources"),
    [
        ("/media/", "'self' blob:"),
        ("https://cdn.example:444/media/", "'self' blob: https://cdn.example:444"),
    ],
)
def test_pictures_and_videos_may_come_from_where_media_are_kept(media_url, sources):
    policy = directives(content_policy(media_url))

    assert policy["img-src"] == policy["media-src"] == sources
    assert policy["script-src"] == "'self'"


def test_parts_of_uploads_may_go_to_the_bucket_that_media_lie_in(settings):
    settings.SOCIALML_MEDIA_S3_BUCKET = "reels"
    settings.SOCIALML_MEDIA_S3_ENDPOINT = "https://s3.example:9000"

    policy = directives(content_policy("/media/"))

    assert policy["connect-src"] == "'self' https://s3.example:9000 https://*.s3.example:9000"
