from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from analytics.models import Event
from posts.models import Post
from posts.services.reconcile import counters_check
from posts.tests.factories import NOON
from posts.tests.policies import toxic_is_held
from posts.tests.threads import at_once
from profiles.models import User
from profiles.tests.factories import UserFactory, client_for
from reels.models import Reel
from reels.services import media_sweep, reel_process
from reels.services.processing import reel_files
from reels.tasks import reel_process as reel_process_task
from reels.tests.clips import clip, first_picture_only
from reels.tests.factories import waiting_reel
from socialml.core.models import Job

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


@pytest.mark.django_db(transaction=True)
def test_a_good_video_comes_out(media_files):
    author = UserFactory()
    reel = waiting_reel(author, content=clip(with_sound=True), category="travel")
    assert not Event.objects.filter(kind=Event.Kind.POSTED).exists()

    assert reel_process(post_id=reel.pk, at=LATER) == Reel.State.READY

    reel.refresh_from_db()
    post = Post.objects.get(pk=reel.pk)
    assert (reel.width, reel.height, reel.has_audio) == (64, 48, True)
    assert (post.moderation, post.published_at) == (Post.Moderation.VISIBLE, LATER)
    assert post.media["video"] == f"/media/reels/{reel.key[:2]}/{reel.key}.large.mp4"
    assert post.media["duration_ms"] == reel.duration_ms > 900
    assert reel.thumbnail in post.fragment
    assert set(media_files()) == {Path(name).name for name in reel_files(reel)}
    event = Event.objects.get(kind=Event.Kind.POSTED)
    assert (event.post_id, event.post_kind, event.occurred_at) == (post.pk, "reel", LATER)
    assert User.objects.get(pk=author.pk).post_count == 1
    card = client_for(UserFactory()).get(f"/api/reels/{reel.pk}").json()["data"]
    assert (card["state"], card["progress"], card["post"]["id"]) == ("ready", 1.0, post.pk)


@pytest.mark.django_db(transaction=True)
def test_processing_again_changes_nothing(media_files):
    reel = waiting_reel(UserFactory())
    reel_process(post_id=reel.pk, at=LATER)
    before = (Reel.objects.values().get(), Post.objects.values().get(), media_files())

    assert reel_process(post_id=reel.pk, at=LATER + timedelta(hours=1)) is None

    assert (Reel.objects.values().get(), Post.objects.values().get(), media_files()) == before
    assert Event.objects.filter(kind=Event.Kind.POSTED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_bring_one_reel_out():
    reel = waiting_reel(UserFactory())

    states = at_once([lambda: reel_process(post_id=reel.pk, at=LATER)] * 2, threads=2)

    assert sorted(map(str, states)) == ["None", "ready"]
    assert Event.objects.filter(kind=Event.Kind.POSTED).count() == 1
    assert [f.check.name for f in counters_check() if f.drifted] == []


def test_a_video_that_does_not_decode_is_rejected_with_a_reason(media_files):
    author = UserFactory()
    content = first_picture_only(clip(frames=40, width=320, height=240))
    reel = waiting_reel(author, content=content)

    assert reel_process(post_id=reel.pk, at=LATER) == Reel.State.REJECTED

    mine = client_for(author).get(f"/api/reels/{reel.pk}").json()["data"]
    assert (mine["state"], mine["error"]["code"]) == ("rejected", "invalid_video")
    assert client_for(UserFactory()).get(f"/api/reels/{reel.pk}").status_code == 404
    assert Post.objects.get().moderation == Post.Moderation.PROCESSING
    assert User.objects.get(pk=author.pk).post_count == 0


@pytest.mark.django_db(transaction=True)
def test_the_file_of_a_rejected_video_is_deleted(media_files):
    reel = waiting_reel(UserFactory())
    default_storage.delete(reel.video)
    default_storage.save(reel.video, ContentFile(b""))

    reel_process(post_id=reel.pk, at=LATER)

    assert media_files() == []
    assert Reel.objects.get().error_code == "empty"


def test_a_caption_too_toxic_holds_the_reel():
    toxic_is_held(0.0)
    author = UserFactory()
    reel = waiting_reel(author)

    reel_process(post_id=reel.pk, at=LATER)

    assert Post.objects.get().moderation == Post.Moderation.HELD
    assert client_for(author).get(f"/api/reels/{reel.pk}").status_code == 200
    assert client_for(UserFactory()).get(f"/api/reels/{reel.pk}").status_code == 404


def test_a_reel_deleted_meanwhile_is_left_alone():
    reel = waiting_reel(UserFactory())
    Post.objects.all().delete()

    assert reel_process(post_id=reel.pk, at=LATER) is None
    assert not Reel.objects.exists()


def test_the_task_works_off_the_job_that_the_upload_left():
    reel = waiting_reel(UserFactory())
    job = Job.objects.get(task="reels.tasks.reel_process")

    reel_process_task(**job.kwargs, job_id=job.pk)

    reel.refresh_from_db()
    assert reel.state == Reel.State.READY
    assert not Job.objects.filter(pk=job.pk).exists()


def test_a_reel_whose_job_died_is_given_up_after_a_while():
    reel = waiting_reel(UserFactory())
    Job.objects.update(state=Job.State.DEAD)

    media_sweep(at=NOON + timedelta(minutes=59))
    assert Reel.objects.get(pk=reel.pk).state == Reel.State.PROCESSING

    media_sweep(at=NOON + timedelta(minutes=61))
    assert Reel.objects.get(pk=reel.pk).error_code == "processing_failed"
