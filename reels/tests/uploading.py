"""One account's upload in parts, as tests ask for it."""

from functools import partial

import pytest
from django.test import TestCase

from profiles.tests.factories import UserFactory, client_for
from reels.tests.clips import clip

# Files go when a transaction commits, which none does in these tests.
commits = partial(TestCase.captureOnCommitCallbacks, execute=True)

VIDEO = clip()
# So that a clip has three parts, the last of them shorter.
PART = len(VIDEO) // 3 + 1


@pytest.fixture(autouse=True)
def small_parts(settings):
    settings.SOCIALML_UPLOAD_PART_BYTES = PART


@pytest.fixture
def author():
    return UserFactory()


class Uploader:
    """What one account asks of its upload."""

    def __init__(self, account, content=VIDEO, content_type="video/mp4"):
        self.client, self.content = client_for(account), content
        body = {"size_bytes": len(content), "content_type": content_type}
        self.started = self.client.post("/api/reels/uploads", body).json()["data"]
        self.url = f"/api/reels/uploads/{self.started['id']}"

    def put(self, number, body=None, **headers):
        whole = self.content[(number - 1) * PART : number * PART]
        with commits():
            return self.client.generic(
                "PUT",
                f"{self.url}/parts/{number}",
                whole if body is None else body,
                content_type=headers.pop("content_type", "application/octet-stream"),
                **headers,
            )

    def put_all(self):
        for number in range(1, self.started["part_count"] + 1):
            assert self.put(number).status_code == 200

    def state(self):
        return self.client.get(self.url).json()["data"]

    def finish(self, headers=None, **words):
        with commits():
            return self.client.post(f"{self.url}/finish", words, headers=headers)

    def abort(self):
        with commits():
            return self.client.delete(self.url)


def outcome(response):
    return response.status_code, response.json()["error"]["code"]


class Killed(BaseException):
    """The end of a process, which no handler of failures sees."""
