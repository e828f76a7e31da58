from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

from posts.models import Post
from profiles.tests.factories import UserFactory, client_for
from reels.models import Reel
from reels.tests.clips import clip, upload
from reels.tests.test_probe import PLAYLIST
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return UserFactory()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def nothing_happened(media) -> bool:
    rows = (Post, Reel, Job)
    return files(media) == [] and not any(model.objects.exists() for model in rows)


def send(user, video, name="holiday.mp4", headers=None, **form):
    body = {"video": upload(video, name), **form}
    return client_for(user).post("/api/reels", body, format="multipart", headers=headers)


def test_an_upload_is_taken_in_and_waits_for_the_worker(author, media):
    response = send(author, clip(), content="Sea #waves", category="travel", hashtags="sun, salt")

    assert response.status_code == 202
    state = response.json()["data"]
    reel = Reel.objects.select_related("post").get()
    assert (state["id"], state["state"], state["post"]) == (reel.pk, "processing", None)
    assert reel.post.hashtags == ["waves", "sun", "salt"]
    assert (reel.post.kind, reel.post.category) == ("reel", "travel")
    assert (reel.post.moderation, reel.post.author_id) == ("processing", author.pk)
    assert default_storage.exists(reel.video)
    assert files(media) == [f"{reel.key}.mp4"]
    job = Job.objects.get()
    assert (job.task, job.queue, job.kwargs) == (
        "reels.tasks.reel_process",
        "media",
        {"post_id": reel.pk, "file_key": reel.key},
    )


def test_only_its_author_learns_of_a_reel_that_is_not_ready(author):
    post_id = send(author, clip()).json()["data"]["id"]

    mine = client_for(author).get(f"/api/reels/{post_id}")
    others = client_for(UserFactory()).get(f"/api/reels/{post_id}")

    assert (mine.status_code, mine.json()["data"]["progress"]) == (200, 0.0)
    assert others.status_code == 404
    assert client_for(UserFactory()).get(f"/api/post/{post_id}").status_code == 404


def test_nobody_uploads_without_signing_in(media):
    response = send(None, clip())

    assert (response.status_code, nothing_happened(media)) == (401, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "unsupported_media"),
        (PLAYLIST, "invalid_video"),
        (clip()[: len(clip()) // 2], "invalid_video"),
        (clip(container="matroska"), "unsupported_media"),
        (clip(with_sound=True, with_pictures=False), "unsupported_media"),
        (clip(width=8, height=8), "video_dimensions"),
        (clip(frames=10, seconds_apart=3600), "video_too_long"),
        (clip(frames=40, seconds_apart=1 / 1000), "video_frame_rate"),
    ],
)
def test_what_is_no_video_we_take_is_refused_at_once(author, media, content, code):
    response = send(author, content)

    assert (response.status_code, response.json()["error"]["code"]) == (400, code)
    assert list(response.json()["error"]["fields"]) == ["video"]
    assert nothing_happened(media)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "required"),
        ({"video": "a string"}, "invalid"),
    ],
)
def test_a_form_without_a_file_is_refused(author, media, form, code):
    response = client_for(author).post("/api/reels", form, format="multipart")

    assert (response.status_code, response.json()["error"]["code"]) == (400, code)
    assert nothing_happened(media)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"content": "x" * 2201}, "max_length"),
        ({"category": "nonsense"}, "unknown_category"),
        ({"hashtags": ",".join(f"tag{i}" for i in range(11))}, "too_many_hashtags"),
        ({"hashtags": "no-hashtag"}, "invalid_hashtag"),
    ],
)
def test_bad_words_beside_a_good_video_leave_nothing_behind(author, media, form, code):
    response = send(author, clip(), **form)

    assert (response.status_code, response.json()["error"]["code"]) == (400, code)
    assert nothing_happened(media)


@pytest.mark.parametrize(
    "name",
    ["../../../../tmp/pwn.mp4", "C:\\x.mp4", "/etc/passwd", "a\u202ecod.mp4", "x" * 400, "CON"],
)
def test_the_name_of_a_file_is_never_used(author, media, name):
    response = send(author, clip(), name)

    reel = Reel.objects.get()
    assert response.status_code == 202
    assert files(media) == [f"{reel.key}.mp4"]


def test_json_is_not_taken(author, media):
    response = client_for(author).post("/api/reels", {"video": "x"}, format="json")

    assert (response.status_code, nothing_happened(media)) == (415, True)


def test_a_video_that_is_too_large_is_refused_before_it_is_read(author, media, settings):
    # What a form holds beside its video is allowed for: so much less leaves nothing.
    settings.MAX_VIDEO_SIZE_BYTES = -(2**20)

    response = send(author, clip())

    assert (response.status_code, response.json()["error"]["code"]) == (413, "payload_too_large")
    assert nothing_happened(media)


def test_the_same_key_makes_one_reel(author, media):
    key = {"Idempotency-Key": "one-upload"}

    first = send(author, clip(), headers=key)
    second = send(author, clip(), headers=key)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert Reel.objects.count() == len(files(media)) == 1


def test_a_refused_upload_does_not_use_up_its_key(author):
    key = {"Idempotency-Key": "one-upload"}

    refused = send(author, b"words", headers=key)
    taken = send(author, clip(), headers=key)

    assert (refused.status_code, taken.status_code) == (400, 202)


def test_an_upload_that_is_cut_off_is_refused(author, media):
    client = client_for(author)
    boundary = "frontier"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n'
        "Content-Type: video/mp4\r\n\r\n"
    ).encode() + clip()
    environ = {
        **client._base_environ(),
        **client._credentials,
        "PATH_INFO": "/api/reels",
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": f"multipart/form-data; boundary={boundary}",
        # More was announced than arrives.
        "CONTENT_LENGTH": str(len(body) + 5000),
        "wsgi.input": BytesIO(body),
    }

    response = get_wsgi_application().get_response(WSGIRequest(environ))

    assert response.status_code == 400
    assert b"incomplete_upload" in response.content
    assert nothing_happened(media)
