from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import JSONField
from django.utils import timezone

from analytics.models import Event, Rollup
from analytics.services import event_record
from mlengine.models import AccountInsight, Slate
from posts.models import Comment, Decision, Like, Post
from posts.services import (
    comment_add,
    dismissal_add,
    like_add,
    post_hide,
    post_restore,
    report_add,
    save_add,
    share_add,
)
from posts.tests.factories import PostFactory
from profiles import tasks
from profiles.models import Block, Erasure, Follow, Mute, Session, User
from profiles.services import (
    account_reinstate,
    block_add,
    erasure_request,
    erasures_resume,
    follow_add,
    mute_add,
    preferences_set,
)
from profiles.tests.factories import NOON, UserFactory, client_for
from reels.models import Reel
from socialml.core.models import AnsweredRequest, Job

pytestmark = pytest.mark.django_db

CANARY = "canary7391"


def _life():
    """Return an account that has done one of everything, and what it did it to."""
    me = UserFactory(
        username=f"{CANARY}n",
        email=f"{CANARY}@example.com",
        bio=CANARY,
        display_name=CANARY,
        interests=[CANARY],
    )
    other = UserFactory()
    theirs = PostFactory(author=other)
    mine = PostFactory(author=me, content=f"#{CANARY}", hashtags=[CANARY])
    name = default_storage.save(f"reels/{CANARY}.mp4", ContentFile(b"video"))
    reel = PostFactory(author=me, kind="reel")
    Reel.objects.create(post=reel, video=name, size_bytes=5, uploaded_at=NOON)
    like_add(post_id=theirs.pk, user_id=me.pk, at=NOON)
    save_add(post_id=theirs.pk, user_id=me.pk, at=NOON)
    share_add(post_id=theirs.pk, user_id=me.pk, at=NOON)
    dismissal_add(post_id=theirs.pk, user_id=me.pk, at=NOON)
    like_add(post_id=mine.pk, user_id=other.pk, at=NOON)
    comment_add(post_id=mine.pk, author_id=other.pk, content="Nice", at=NOON)
    first = comment_add(post_id=theirs.pk, author_id=me.pk, content=CANARY, at=NOON)
    comment_add(
        post_id=theirs.pk, author_id=other.pk, content="A reply", parent_id=first.pk, at=NOON
    )
    comment_add(post_id=theirs.pk, author_id=me.pk, content=CANARY, at=NOON)
    report_add(reporter_id=me.pk, post_id=theirs.pk, reason="spam", note=CANARY, at=NOON)
    follow_add(follower_id=me.pk, followed_id=other.pk, at=NOON)
    follow_add(follower_id=other.pk, followed_id=me.pk, at=NOON)
    mute_add(muter_id=me.pk, muted_id=other.pk, at=NOON)
    block_add(blocker_id=me.pk, blocked_id=UserFactory().pk, at=NOON)
    preferences_set(user_id=me.pk, changes={"muted_hashtags": [CANARY]}, at=NOON)
    event_record(
        kind=Event.Kind.VIEWED, actor_id=me.pk, post_id=theirs.pk, target_id=other.pk, at=NOON
    )
    event = event_record(kind=Event.Kind.SEARCHED, actor_id=me.pk, at=NOON)
    Event.objects.filter(pk=event.pk).update(query=CANARY)
    Rollup.objects.create(hour=NOON, kind="liked", author_id=me.pk)
    AccountInsight.objects.create(
        user_id=me.pk, churn_risk=0.5, computed_at=NOON, tastes={"hashtags": [[CANARY, 1.0]]}
    )
    Slate.objects.create(
        audience="account", audience_id=me.pk, surface="feed", items=CANARY, computed_at=NOON
    )
    AnsweredRequest.objects.create(
        scope=f"account:{me.pk}", key="k", body=CANARY.encode(), created_at=NOON
    )
    return me, other, theirs, name


def _erase(user):
    erasure = erasure_request(user_id=user.pk, at=timezone.now())
    tasks.account_erase(account_id=user.pk)
    erasure.refresh_from_db()
    return erasure


def _text_of_everything():
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.all():
            for column in model._meta.concrete_fields:
                value = getattr(row, column.attname)
                yield (
                    f"{model._meta.label}.{column.name}",
                    (
                        bytes(value).decode(errors="replace")
                        if isinstance(value, bytes | memoryview)
                        else str(value)
                    ),
                )


def test_nothing_of_the_account_is_left_anywhere():
    me, _, _, name = _life()
    account_id = me.pk

    erasure = _erase(me)

    assert erasure.state == Erasure.State.DONE
    assert [where for where, text in _text_of_everything() if CANARY in text] == []
    assert not default_storage.exists(name)
    assert not User.objects.filter(pk=account_id).exists()
    assert not Event.objects.filter(actor_id=account_id).exists()
    assert not Event.objects.filter(target_id=account_id).exists()
    assert not Slate.objects.filter(audience="account").exists()
    assert not AccountInsight.objects.exists()
    assert not Rollup.objects.filter(author_id=account_id).exists()
    assert not AnsweredRequest.objects.exists()
    assert not (Mute.objects.exists() or Block.objects.exists() or Follow.objects.exists())
    assert erasure.deleted["posts"] == 2
    assert erasure.deleted["comments"] == 2


def test_others_keep_theirs_with_exact_counts():
    me, other, theirs, _ = _life()

    _erase(me)

    theirs.refresh_from_db()
    other.refresh_from_db()
    assert (theirs.like_count, theirs.save_count, theirs.share_count) == (0, 0, 0)
    assert theirs.comment_count == 1
    assert (other.follower_count, other.following_count) == (0, 0)
    reply = Comment.objects.get(content="A reply")
    assert (reply.author_id, reply.post_id) == (other.pk, theirs.pk)
    place = Comment.objects.get(pk=reply.parent_id)
    assert (place.content, place.deleted_at is not None) == ("", True)
    assert place.author.username == "deleted"
    assert not place.author.is_active
    views = Event.objects.filter(kind=Event.Kind.VIEWED)
    assert list(views.values_list("actor_id", "post_id")) == [(None, theirs.pk)]
    thread = client_for(other).get(f"/api/post/{theirs.pk}/comments").json()["data"]["results"]
    assert [(row["author"], row["reply_count"]) for row in thread] == [(None, 1)]


def test_what_a_moderator_decided_stays_decided_by_nobody():
    me, other = UserFactory(is_staff=True), UserFactory()
    hidden, released = PostFactory.create_batch(2, author=other)
    by_me = {"moderator_id": me.pk, "reason": "Rude", "at": NOON}
    post_hide(post_id=hidden.pk, **by_me)
    post_hide(post_id=released.pk, moderator_id=other.pk, reason="Rude", at=NOON)
    post_restore(post_id=released.pk, **by_me)
    account_id = me.pk

    erasure = _erase(me)

    assert (erasure.deleted["rulings_made_anonymous"], erasure.deleted["events"]) == (2, 0)
    told = Event.objects.order_by("pk").values_list("kind", "post_id", "actor_id", "target_id")
    assert list(told) == [
        ("hidden", hidden.pk, None, other.pk),
        ("hidden", released.pk, other.pk, other.pk),
        ("restored", released.pk, None, other.pk),
    ]
    assert not Decision.objects.filter(moderator_id=account_id).exists()


STEPS = ["reels_erase", "posts_erase", "predictions_erase", "analytics_erase"]


@pytest.mark.parametrize("step", STEPS)
def test_a_run_cut_off_at_any_step_completes_when_run_again(step, monkeypatch):
    me, other, theirs, name = _life()
    erasure = erasure_request(user_id=me.pk, at=NOON)

    class Killed(BaseException):
        """The worker died here."""

    done = getattr(tasks, step)

    def half_way(**kwargs):
        done(**kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(tasks, step, half_way)
        with pytest.raises(Killed):
            tasks.account_erase(account_id=me.pk)
    erasure.refresh_from_db()
    assert erasure.state == Erasure.State.PENDING

    tasks.account_erase(account_id=me.pk)
    tasks.account_erase(account_id=me.pk)

    erasure.refresh_from_db()
    assert erasure.state == Erasure.State.DONE
    assert [where for where, text in _text_of_everything() if CANARY in text] == []
    theirs.refresh_from_db()
    other.refresh_from_db()
    assert (theirs.like_count, theirs.comment_count, other.follower_count) == (0, 1, 0)
    assert not default_storage.exists(name)


def test_many_likes_on_many_posts_are_taken_back_one_by_one():
    me, fan = UserFactory(), UserFactory()
    posts = PostFactory.create_batch(105, author=UserFactory())
    for post in posts:
        like_add(post_id=post.pk, user_id=me.pk, at=NOON)
    like_add(post_id=posts[0].pk, user_id=fan.pk, at=NOON)

    _erase(me)

    counts = Post.objects.order_by("pk").values_list("like_count", flat=True)
    assert list(counts) == [1] + [0] * 104
    assert Like.objects.get().user_id == fan.pk


@pytest.mark.parametrize(("method", "path"), [("delete", ""), ("post", "/erasure")])
@pytest.mark.django_db(transaction=True)
def test_the_account_is_closed_at_once_and_the_receipt_tells_the_rest(method, path):
    me, stranger = UserFactory(), UserFactory()
    client = client_for(me)

    response = getattr(client, method)(f"/api/profile{path}")

    assert response.status_code == 202
    receipt = response.json()["data"]["receipt"]
    assert response.json()["data"]["state"] == "pending"
    assert client.get("/api/profile").status_code == 401
    assert client_for(stranger).get(f"/api/profile?user_id={me.pk}").status_code == 404
    assert not Session.objects.filter(user=me, revoked_at=None).exists()
    open_client = client_for()
    asked = f"/api/profile/erasure?receipt={receipt}"
    assert open_client.get(asked).json()["data"]["state"] == "pending"

    tasks.account_erase(account_id=me.pk)

    done = open_client.get(asked).json()["data"]
    assert (done["state"], done["deleted"]["accounts"]) == ("done", 1)


@pytest.mark.parametrize("query", ["", "receipt=", "receipt=nope", "receipt=" + "x" * 44])
def test_a_receipt_that_is_none_tells_nothing(query):
    response = client_for().get(f"/api/profile/erasure?{query}")

    assert response.status_code == (404 if query == "receipt=nope" else 400)


def test_anothers_account_cannot_be_erased():
    me, other = UserFactory(), UserFactory()

    response = client_for(me).delete(f"/api/profile?user_id={other.pk}")

    assert response.status_code == 403
    assert not Erasure.objects.exists()
    assert User.objects.filter(is_active=True).count() == 2


def test_nobody_is_erased_who_did_not_ask():
    user = UserFactory()

    tasks.account_erase(account_id=user.pk)

    assert User.objects.filter(pk=user.pk).exists()


def test_a_closed_account_cannot_be_reinstated_while_it_is_erased():
    user = UserFactory()
    erasure_request(user_id=user.pk, at=NOON)

    assert account_reinstate(user_id=user.pk, at=NOON) is False

    assert not User.objects.get().is_active


def test_an_erasure_that_lost_its_job_is_queued_again_once():
    user = UserFactory()
    erasure_request(user_id=user.pk, at=NOON)
    late = NOON + timedelta(hours=1)
    assert erasures_resume(at=late) == 0
    Job.objects.filter(task="profiles.tasks.account_erase").delete()

    assert erasures_resume(at=NOON) == 0
    assert erasures_resume(at=late) == 1
    assert erasures_resume(at=late) == 0

    assert Job.objects.filter(task="profiles.tasks.account_erase").count() == 1


def test_a_stored_sign_up_goes_too():
    response = client_for().post(
        "/api/profile",
        {"username": f"{CANARY}s"},
        headers={"Idempotency-Key": "sign-up"},
    )
    client_for().post(
        "/api/profile", {"username": "another"}, headers={"Idempotency-Key": "another"}
    )
    user = User.objects.get(pk=response.json()["data"]["id"])

    _erase(user)

    assert [row.key for row in AnsweredRequest.objects.all()] == ["another"]
    assert [where for where, text in _text_of_everything() if CANARY in text] == []


def test_no_column_that_names_an_account_is_forgotten():
    me, _, _, _ = _life()
    account_id = me.pk
    Event.objects.exclude(actor_id=account_id).exclude(target_id=account_id).delete()

    _erase(me)

    names = {"user_id", "actor_id", "target_id", "author_id", "account_id"}
    found = [
        f"{model._meta.label}.{column.attname}"
        for model in apps.get_models(include_auto_created=True)
        for column in model._meta.concrete_fields
        if column.attname in names
        and not isinstance(column, JSONField)
        and model._default_manager.filter(**{column.attname: account_id}).exists()
    ]
    assert found == ["profiles.Erasure.account_id"]
