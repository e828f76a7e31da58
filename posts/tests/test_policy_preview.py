"""What if: a version replayed over what was written lately."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from posts.models import Comment, Decision, PolicyVersion, Post, Rule
from posts.services import (
    Grounds,
    Ruling,
    appeal_add,
    appeal_uphold,
    comment_decide,
    policy_preview,
    post_decide,
)
from posts.services.cases import case_flag
from posts.services.decisions import decision_record
from posts.tests.factories import NOON, CommentFactory, PostFactory, UserFactory
from posts.tests.policies import policy_make_live, rule_of

pytestmark = pytest.mark.django_db


def spam(score):
    return {"spam": {"score": score}, "language": {"code": "en"}}


def draft_of(*rules):
    draft = PolicyVersion.objects.create(note="What if", created_at=NOON)
    Rule.objects.bulk_create([Rule(policy=draft, **rule) for rule in rules])
    return draft


def spam_rule(action, threshold):
    return rule_of(action, code="spam", thresholds={"spam": threshold})


def preview(version, *, days=7):
    return policy_preview(version_id=version.pk, days=days, at=NOON + timedelta(days=1))


def moderated(post, action, *, about="post", comment=None):
    Decision.objects.create(
        account=post.author,
        post=post,
        comment=comment,
        about=about,
        action=action,
        reason="Seen",
        decided_at=NOON,
    )


def test_a_lower_threshold_takes_more_and_says_what_moderators_thought_of_it():
    policy_make_live(spam_rule("hold", 0.9))
    right, wrong, _ = (PostFactory(insights=spam(0.7)) for _ in range(3))
    PostFactory(insights=spam(0.95))
    PostFactory(insights=spam(0.2))
    moderated(right, "hide")
    moderated(wrong, "restore")

    found = preview(draft_of(spam_rule("hold", 0.6)))

    assert (found.texts, found.unchanged) == (5, 2)
    [change] = found.changes
    assert (change.code, dict(change.taken), change.released) == ("spam", {"hold": 3}, 0)
    assert (change.confirmed, change.contradicted) == (1, 1)
    example = change.examples[0]
    assert (example.before, example.after, example.kind, example.score) == (
        "allow",
        "hold",
        "spam",
        0.7,
    )


def kept(post, *, at=NOON):
    """A moderator reads the post, which is out anyway, and lets it stand."""
    post_decide(
        post_id=post.pk,
        moderator_id=UserFactory(is_staff=True).pk,
        ruling=Ruling.KEEP,
        reason="Harmless",
        at=at,
    )


def test_what_moderators_read_and_let_stand_speaks_against_taking_it():
    policy_make_live(spam_rule("hold", 0.9))
    PostFactory(insights=spam(0.7))
    kept(PostFactory(insights=spam(0.7)))
    comment = CommentFactory(insights=spam(0.7))
    comment_decide(
        comment_id=comment.pk,
        moderator_id=UserFactory(is_staff=True).pk,
        ruling=Ruling.KEEP,
        reason="Harmless",
        at=NOON,
    )
    assert not Decision.objects.exists()

    [change] = preview(draft_of(spam_rule("hold", 0.6))).changes

    assert (dict(change.taken), change.confirmed, change.contradicted) == ({"hold": 3}, 0, 2)


def test_what_moderators_said_of_a_text_that_was_edited_since_says_nothing_of_it():
    policy_make_live(spam_rule("hold", 0.9))
    later = NOON + timedelta(hours=1)
    read, removed, read_again = (PostFactory(insights=spam(0.7)) for _ in range(3))
    kept(read)
    moderated(removed, "hide")
    Post.objects.update(edited_at=later)
    kept(read_again, at=later)

    [change] = preview(draft_of(spam_rule("hold", 0.6))).changes

    assert (dict(change.taken), change.confirmed, change.contradicted) == ({"hold": 3}, 0, 1)


def test_an_answer_that_upholds_what_a_rule_did_speaks_against_releasing_it():
    policy_make_live(spam_rule("remove", 0.5))
    post = PostFactory(insights=spam(0.7), moderation="hidden")
    case = case_flag(about=post, flags=[], at=NOON)
    removed = decision_record(
        action=Decision.Action.HIDE,
        post=post,
        reason="Spam",
        at=NOON,
        grounds=Grounds(case_id=case.pk),
    )
    appeal = appeal_add(decision_id=removed.pk, account_id=post.author_id, text="No", at=NOON)
    appeal_uphold(appeal_id=appeal.pk, moderator_id=UserFactory().pk, answer="It is", at=NOON)

    [change] = preview(draft_of(spam_rule("remove", 0.9))).changes

    assert (change.released, change.confirmed, change.contradicted) == (1, 0, 1)


def test_a_word_about_a_comment_that_is_gone_says_nothing_of_its_post():
    policy_make_live()
    comment = CommentFactory(post=PostFactory(insights=spam(0.7)))
    moderated(comment.post, "hide", about="comment", comment=comment)
    comment.delete()

    [change] = preview(draft_of(spam_rule("hold", 0.6))).changes

    assert (dict(change.taken), change.confirmed) == ({"hold": 1}, 0)


def test_a_higher_threshold_releases_and_what_moderators_hid_speaks_against_it():
    policy_make_live(spam_rule("hold", 0.5))
    bad = PostFactory(insights=spam(0.7), moderation="hidden")
    CommentFactory(insights=spam(0.6), post=bad)
    moderated(bad, "hide")

    [change] = preview(draft_of(spam_rule("hold", 0.9))).changes

    assert (dict(change.taken), change.released) == ({}, 2)
    assert (change.confirmed, change.contradicted) == (0, 1)
    assert {one.comment_id for one in change.examples} == {None, Comment.objects.get().pk}


def test_what_reels_show_is_replayed_too():
    policy_make_live()
    PostFactory(kind="reel", insights={"nudity": {"score": 0.7, "model": "open_nsfw"}})
    PostFactory(kind="reel", insights={})

    found = preview(draft_of(rule_of("hold", code="nudity", thresholds={"nudity": 0.6})))

    [change] = found.changes
    assert (change.code, dict(change.taken), change.examples[0].score) == (
        "nudity",
        {"hold": 1},
        0.7,
    )


def test_only_the_days_asked_for_are_replayed_and_ten_examples_are_kept():
    policy_make_live()
    PostFactory.create_batch(12, insights=spam(0.9))
    PostFactory(insights=spam(0.9), published_at=NOON - timedelta(days=9))

    [change] = preview(draft_of(spam_rule("remove", 0.5))).changes

    assert (dict(change.taken), len(change.examples)) == ({"remove": 12}, 10)


def test_a_preview_changes_nothing():
    policy_make_live()
    post = PostFactory(insights=spam(0.9))

    preview(draft_of(spam_rule("suspend", 0.5)))

    assert Post.objects.get().moderation == "visible"
    assert not Decision.objects.exists()
    post.author.refresh_from_db()
    assert post.author.is_active


def test_newcomers_are_those_who_were_new_when_they_wrote():
    policy_make_live()
    for days in (3, 30):
        author = UserFactory(joined_at=NOON - timedelta(days=days))
        PostFactory(author=author, insights=spam(0.9))
    rule = {**spam_rule("hold", 0.5), "audience": "newcomers"}

    [change] = preview(draft_of(rule)).changes

    assert dict(change.taken) == {"hold": 1}


def test_more_texts_take_no_more_queries(django_assert_num_queries):
    policy_make_live()
    draft = draft_of(spam_rule("hold", 0.5))
    for count in (1, 5):
        PostFactory.create_batch(count, insights=spam(0.9))
        preview(draft)
        with django_assert_num_queries(5):
            preview(draft)


def test_the_command_prints_what_would_change(capsys):
    policy_make_live()
    post = PostFactory(insights=spam(0.9), published_at=timezone.now(), content="Buy\x1b[2J now")
    draft = draft_of(spam_rule("hold", 0.5))

    call_command("policy_preview", str(draft.pk))

    said = capsys.readouterr().out
    assert "1 texts, 1 judged otherwise" in said
    assert "spam: hold 1, released 0" in said
    assert f"post {post.pk}: allow -> hold, spam 0.90" in said
    assert "\x1b" not in said


def test_the_command_refuses_a_version_that_is_not_there():
    with pytest.raises(CommandError, match="no policy version"):
        call_command("policy_preview", "1000000")
    with pytest.raises(CommandError, match="at least 1 day"):
        call_command("policy_preview", "1", days=0)
