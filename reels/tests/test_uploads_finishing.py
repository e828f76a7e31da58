"""From the parts of an upload to a reel, or to a reason why not."""

import pytest
from django.core.files.storage import default_storage

from posts.models import Post
from reels.models import Reel, Upload, UploadPart
from reels.services import finishing
from reels.tests.clips import clip
from reels.tests.uploading import VIDEO, Killed, Uploader, author, outcome, small_parts
from socialml.core.models import Job

__all__ = ["author", "small_parts"]

pytestmark = pytest.mark.django_db


def test_parts_in_any_order_become_a_reel(author, media_files):
    upload = Uploader(author)
    assert (upload.started["part_count"], upload.started["parts"]) == (3, [])

    for number in (3, 1):
        upload.put(number)
    assert upload.state()["parts"] == [1, 3]
    assert 0 < upload.state()["percent"] < 100
    upload.put(2)
    response = upload.finish(content="Sea #waves", category="travel", hashtags=["sun"])

    reel = Reel.objects.select_related("post").get()
    assert (response.status_code, response.json()["data"]["id"]) == (202, reel.pk)
    with default_storage.open(reel.video) as file:
        assert file.read() == VIDEO
    assert media_files() == [f"{reel.key}.mp4"]
    assert (reel.post.hashtags, reel.post.category) == (["waves", "sun"], "travel")
    assert (reel.post.author_id, reel.post.moderation) == (author.pk, "processing")
    assert Job.objects.get().kwargs == {"post_id": reel.pk, "file_key": reel.key}
    state = upload.state()
    assert (state["state"], state["reel_id"], state["percent"]) == ("processing", reel.pk, 0)


def test_finishing_again_gives_the_same_reel(author, media_files):
    upload = Uploader(author)
    upload.put_all()

    answers = [upload.finish() for _ in range(2)]
    answers += [upload.finish(headers={"Idempotency-Key": "one"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202] * 4
    assert {answer.json()["data"]["id"] for answer in answers} == {Reel.objects.get().pk}
    assert len(media_files()) == 1


def test_finishing_says_which_parts_are_missing(author):
    upload = Uploader(author)
    upload.put(2)

    response = upload.finish()

    assert outcome(response) == (409, "upload_incomplete")
    assert response.json()["message"] == "Parts are missing: 1, 3."
    assert upload.put(1).status_code == 200
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("content", "content_type", "code"),
    [
        (b"<html>" + bytes(3000), "video/mp4", "unsupported_media"),
        (VIDEO[: len(VIDEO) // 2], "video/mp4", "invalid_video"),
        (VIDEO, "video/webm", "unsupported_media"),
        (clip(frames=10, seconds_apart=3600), "video/mp4", "video_too_long"),
    ],
)
def test_what_is_no_video_we_take_is_rejected_for_good(
    author, media_files, content, content_type, code
):
    upload = Uploader(author, content, content_type)
    upload.put_all()

    refused = [upload.finish(), upload.finish(content="Again")]

    assert [outcome(response) for response in refused] == [(400, code)] * 2
    assert (upload.state()["state"], upload.state()["error"]["code"]) == ("rejected", code)
    assert outcome(upload.put(1)) == (409, "upload_closed")
    assert media_files() == []
    assert not (Post.objects.exists() or Reel.objects.exists() or Job.objects.exists())


def test_other_words_may_be_tried_with_the_same_upload(author, media_files):
    upload = Uploader(author)
    upload.put_all()

    refused = [
        upload.finish(content="x" * 2201),
        upload.finish(category="nonsense"),
        upload.finish(content=" ".join(f"#tag{i}" for i in range(11))),
    ]

    codes = ["max_length", "unknown_category", "too_many_hashtags"]
    assert [outcome(response) for response in refused] == [(400, code) for code in codes]
    assert (upload.state()["state"], len(media_files())) == ("receiving", 3)
    assert not Post.objects.exists()
    assert upload.finish(content="Sea").status_code == 202


@pytest.mark.parametrize("name", ["video_glance", "reel_record"])
def test_finishing_is_gone_on_with_where_a_process_was_killed(
    author, media_files, monkeypatch, name
):
    upload = Uploader(author)
    upload.put_all()

    def killed(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(finishing, name, killed)
        upload.finish()
    # Whoever is killed does not put the state back.
    Upload.objects.update(state=Upload.State.CHECKING)
    assert (upload.state()["state"], upload.state()["parts"]) == ("checking", [1, 2, 3])
    assert outcome(upload.put(1)) == (409, "upload_closed")

    assert upload.finish().status_code == 202
    assert media_files() == [f"{Reel.objects.get().key}.mp4"]


def test_a_part_that_was_damaged_in_the_storage_is_asked_for_again(author, media):
    upload = Uploader(author)
    upload.put_all()
    cut, gone = UploadPart.objects.order_by("number")[1:]
    (media / cut.name).write_bytes(b"cut")
    (media / gone.name).unlink()

    assert outcome(upload.finish()) == (409, "upload_incomplete")
    assert upload.state()["parts"] == [1, 3]
    upload.put(2)
    assert outcome(upload.finish()) == (409, "upload_incomplete")
    upload.put(3)

    assert upload.finish().status_code == 202
