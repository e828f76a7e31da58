"""What a reel shows is known, and judged, before anybody sees it."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from posts.models import Case, Decision, Post, Rule
from posts.services import post_restore, post_update
from posts.tests.factories import NOON
from posts.tests.policies import policy_make_live, rule_of
from profiles.tests.factories import UserFactory, client_for
from reels.measures import VERSION
from reels.models import Reel, VideoHash
from reels.services import measuring, reel_again, reel_process, reels_wanting
from reels.services.children import ChildFailed
from reels.services.processing import reel_files
from reels.tests.factories import ready_reel, stored_reel, waiting_reel
from socialml.core.models import Job

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


def unmeasured_reel():
    """Return a reel that is out, of which nothing is known."""
    reel = stored_reel(UserFactory())
    Post.objects.filter(pk=reel.pk).update(insights={})
    Reel.objects.filter(pk=reel.pk).update(analysis=None)
    return reel


@pytest.fixture
def nude(monkeypatch):
    """Let the measures see nudity in everything, or as much of it as is set."""
    measure = measuring.video_analyse
    score = {"nudity": 0.97, "nudity_at_seconds": 0.5}
    monkeypatch.setattr(measuring, "video_analyse", lambda *a, **k: {**measure(*a, **k), **score})
    return score


@pytest.fixture
def broken(monkeypatch):
    """Let measuring fail, until it is called."""
    with monkeypatch.context() as patch:

        def fail(*_, **__):
            raise ChildFailed("analyse: no memory")

        patch.setattr(measuring, "video_analyse", fail)
        yield patch.undo


def test_its_author_alone_learns_how_well_a_reel_is_made():
    author = UserFactory()
    reel = ready_reel(author)

    mine = client_for(author).get(f"/api/reels/{reel.pk}").json()["data"]
    others = client_for(UserFactory()).get(f"/api/reels/{reel.pk}")

    assert 0 < mine["quality"]["score"] < 1
    assert mine["quality"]["parts"]["resolution"] == 0
    texts = [line["text"] for line in mine["quality"]["advice"]]
    assert "Record at 720p or more." in texts
    assert others.json()["data"]["quality"] is None
    assert (reel.analysis["version"], reel.analysis["cuts"]) == (VERSION, [])
    stored = VideoHash.objects.get(reel=reel).hashes
    assert len(stored) == 16
    for trace in ("nudity", "sharpness", bytes(stored).hex()):
        assert trace not in others.content.decode()


def test_a_reel_that_seems_to_show_nudity_waits_for_a_moderator_and_nobody_saw_it(nude):
    author = UserFactory()

    reel = ready_reel(author)

    post = Post.objects.get()
    assert (post.moderation, post.moderation_reason) == (
        "held",
        "Held by the nudity model (score 0.97).",
    )
    assert client_for(UserFactory()).get(f"/api/reels/{reel.pk}").status_code == 404
    decision = Decision.objects.get()
    assert (decision.rule_code, decision.model_version) == ("nudity", "open_nsfw")
    assert (decision.facts["scores"]["nudity"], decision.facts["words"]) == (0.97, [])
    told = client_for(author).get(f"/api/moderation/decisions/{decision.pk}").json()["data"]
    assert told["rule"]["text"] == "Reels that seem to show nudity wait for a moderator."
    assert Case.objects.get().flags[0]["rule"] == "nudity"


def test_the_policy_says_from_where_on_it_is_held(nude):
    nude["nudity"] = 0.79
    assert Rule.objects.get(policy__is_live=True, code="nudity").thresholds == {"nudity": 0.8}

    ready_reel(UserFactory())

    assert Post.objects.get().moderation == "visible"


def test_new_words_beside_a_held_video_do_not_let_it_out(nude):
    reel = unmeasured_reel()
    reel_process(post_id=reel.pk, at=LATER)
    assert Post.objects.get().moderation == "held"

    author_id = reel.post.author_id
    post_update(post_id=reel.pk, author_id=author_id, content="A walk by the river", at=LATER)

    assert Post.objects.get().moderation == "held"


def test_a_failed_measurement_keeps_no_reel_from_coming_out_and_is_made_up_for(broken):
    reel = waiting_reel(UserFactory())

    with pytest.raises(ChildFailed):
        reel_process(post_id=reel.pk, at=LATER)

    reel.refresh_from_db()
    assert (reel.state, reel.analysis) == ("ready", None)
    assert Post.objects.get().moderation == "visible"
    broken()
    assert reel_process(post_id=reel.pk, at=LATER) == Reel.State.READY
    reel.refresh_from_db()
    assert reel.analysis["version"] == VERSION
    assert reel.processed_at == LATER
    assert reel_process(post_id=reel.pk, at=LATER) is None


def test_what_is_measured_later_is_judged_then_but_a_moderators_word_stands(nude):
    judged, restored = unmeasured_reel(), unmeasured_reel()
    moderator = UserFactory(is_staff=True)
    Post.objects.filter(pk=restored.pk).update(moderation="held")
    post_restore(post_id=restored.pk, moderator_id=moderator.pk, reason="Seen", at=LATER)

    for reel in (judged, restored):
        reel_process(post_id=reel.pk, at=LATER)

    states = dict(Post.objects.values_list("pk", "moderation"))
    assert states == {judged.pk: "held", restored.pk: "visible"}


def test_rules_made_since_do_not_reach_the_words_of_a_reel_that_is_measured_again():
    reel = unmeasured_reel()
    policy_make_live(rule_of("hold"), rule_of("hold", code="nudity", thresholds={"nudity": 0.99}))

    assert reel_process(post_id=reel.pk, at=LATER) == Reel.State.READY

    assert Post.objects.get().moderation == "visible"


def test_a_measure_of_an_older_version_is_replaced_by_one_result():
    reel = stored_reel(UserFactory())
    before, files = VideoHash.objects.get(), set(reel_files(reel))

    assert reel_again(post_id=reel.pk)
    [waiting] = reels_wanting()
    assert waiting.analysis["quality"] == reel.analysis["quality"]
    assert Job.objects.get().kwargs["post_id"] == reel.pk
    reel_process(post_id=reel.pk, at=LATER)

    reel.refresh_from_db()
    assert (reel.analysis["version"], reel.analysis["frames_seen"]) == (VERSION, 12)
    assert VideoHash.objects.get().pk > before.pk
    assert set(reel_files(reel)) == files
    assert Post.objects.get().published_at == NOON


def test_what_reels_lack_is_made_by_command_in_turns_and_not_beside_a_worker(capsys):
    reels = [unmeasured_reel() for _ in range(3)]
    reel_again(post_id=reels[0].pk)

    call_command("reels_backfill", limit=1)
    assert "1 reels made whole, 0 failed, 2 left." in capsys.readouterr().out
    call_command("reels_backfill")

    assert "1 reels made whole, 0 failed, 1 left." in capsys.readouterr().out
    measured = Reel.objects.exclude(analysis=None)
    assert set(measured.values_list("pk", flat=True)) == {reels[1].pk, reels[2].pk}


def test_a_reel_that_cannot_be_measured_is_passed_over_and_named(broken, capsys):
    reel = unmeasured_reel()

    call_command("reels_backfill")

    said = capsys.readouterr()
    assert "0 reels made whole, 1 failed, 1 left." in said.out
    assert f"Reel {reel.pk}: analyse: no memory" in said.err
