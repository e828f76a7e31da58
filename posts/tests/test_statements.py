"""What a decision tells the person it concerns, over the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Appeal, Decision
from posts.services import Grounds, comment_add, comment_hide, post_hide, post_reduce, post_restore
from posts.tests.factories import NOON, PostFactory, UserFactory
from profiles.tests.factories import client_for

pytestmark = pytest.mark.django_db

DECISIONS = "/api/moderation/decisions"
GROUNDS = Grounds(
    rule_code="insults",
    rule_text="Do not insult people.",
    model_version="text v1",
    facts={"scores": {"insult": 0.97}, "words": ["fool"]},
)


@pytest.fixture
def moderator():
    return UserFactory(is_staff=True, username="the_moderator")


@pytest.fixture
def hidden(moderator):
    """A post that a moderator took down today."""
    post = PostFactory()
    post_hide(
        post_id=post.pk,
        moderator_id=moderator.pk,
        reason="It insults somebody",
        at=timezone.now(),
        grounds=GROUNDS,
    )
    return post


def decision_of(post, action="hide"):
    return Decision.objects.get(post=post, action=action)


def test_the_statement_says_what_why_by_which_rule_and_where_to_complain(hidden):
    decision = decision_of(hidden)

    response = client_for(hidden.author).get(f"{DECISIONS}/{decision.pk}")

    told = response.json()["data"]
    assert response.status_code == 200
    assert (told["action"], told["about"], told["post_id"]) == ("hide", "post", hidden.pk)
    assert told["reason"] == "It insults somebody"
    assert told["rule"] == {"code": "insults", "text": "Do not insult people."}
    assert told["evidence"] == {"scores": {"insult": 0.97}, "words": ["fool"]}
    assert (told["is_automated"], told["is_in_force"], told["reverses"]) == (False, True, None)
    assert told["complaint"]["path"] == f"{DECISIONS}/{decision.pk}/appeal"
    assert told["strike"]["lifted_at"] is None
    assert told["appeal"] is None
    assert "the_moderator" not in response.content.decode()
    listed = client_for(hidden.author).get(DECISIONS).json()["data"]["results"]
    assert listed == [told]


def test_the_statement_quotes_the_rule_as_it_was(hidden):
    decision = decision_of(hidden)

    told = client_for(hidden.author).get(f"{DECISIONS}/{decision.pk}").json()["data"]

    assert told["rule"]["text"] == decision.rule_text == "Do not insult people."


def test_another_persons_statement_is_not_there(hidden):
    decision = decision_of(hidden)
    stranger = client_for(UserFactory())

    asked = [
        stranger.get(f"{DECISIONS}/{decision.pk}"),
        stranger.post(f"{DECISIONS}/{decision.pk}/appeal", {"text": "Not mine"}),
        stranger.get(f"{DECISIONS}/{decision.pk + 999}"),
    ]

    assert [found.status_code for found in asked] == [404, 404, 404]
    assert not Appeal.objects.exists()


def test_one_appeals_once_and_reads_it_in_the_statement(hidden):
    decision, author = decision_of(hidden), client_for(hidden.author)
    url = f"{DECISIONS}/{decision.pk}/appeal"

    first = author.post(url, {"text": "It was a quotation."})
    again = author.post(url, {"text": "Really."})

    assert first.status_code == 201
    told = first.json()["data"]
    assert (told["appeal"]["state"], told["appeal"]["text"]) == ("open", "It was a quotation.")
    assert told["complaint"] is None
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_appealed")
    assert Appeal.objects.get().text == "It was a quotation."


@pytest.mark.usefixtures("one_rate_window")
def test_who_reported_all_they_may_can_still_appeal(hidden, settings):
    settings.SOCIALML_RATE_LIMITS = {
        **settings.SOCIALML_RATE_LIMITS,
        "report": (1, 3600),
        "appeal": (1, 3600),
    }
    author, other = client_for(hidden.author), PostFactory()
    reports = [author.post(f"/api/post/{other.pk}/report", {"reason": "spam"}) for _ in range(2)]
    url = f"{DECISIONS}/{decision_of(hidden).pk}/appeal"

    appeals = [author.post(url, {"text": "It was a quotation."}) for _ in range(2)]

    assert [found.status_code for found in (*reports, *appeals)] == [201, 429, 201, 429]
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("text", [None, "", "   ", "x" * 2001, 7, ["a"]])
def test_an_appeal_without_a_text_of_its_own_is_refused(hidden, text):
    author = client_for(hidden.author)

    response = author.post(f"{DECISIONS}/{decision_of(hidden).pk}/appeal", {"text": text})

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == ["text"]
    assert not Appeal.objects.exists()


def test_what_was_taken_back_or_replaced_cannot_be_appealed(hidden, moderator):
    author, now = client_for(hidden.author), timezone.now()
    post_restore(post_id=hidden.pk, moderator_id=moderator.pk, reason="Mistaken", at=now)
    pair = decision_of(hidden), decision_of(hidden, "restore")

    refused = [author.post(f"{DECISIONS}/{one.pk}/appeal", {"text": "But"}) for one in pair]

    assert [found.status_code for found in refused] == [409, 409]
    assert {found.json()["error"]["code"] for found in refused} == {"not_appealable"}
    was, restored = (author.get(f"{DECISIONS}/{one.pk}").json()["data"] for one in pair)
    assert (was["is_in_force"], was["complaint"]) == (False, None)
    assert was["strike"]["lifted_at"] is not None
    assert (restored["reverses"], restored["complaint"]) == (pair[0].pk, None)


def test_a_decision_can_be_appealed_for_so_many_days(hidden, settings):
    settings.SOCIALML_APPEAL_DAYS = 30
    decision, author = decision_of(hidden), client_for(hidden.author)
    Decision.objects.update(decided_at=timezone.now() - timedelta(days=31))

    refused = author.post(f"{DECISIONS}/{decision.pk}/appeal", {"text": "Late"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_appealable")
    assert "30 days" in refused.json()["message"]
    assert author.get(f"{DECISIONS}/{decision.pk}").json()["data"]["complaint"] is None


def test_hiding_and_reducing_one_post_are_two_matters(moderator):
    post = PostFactory()
    about = {"post_id": post.pk, "moderator_id": moderator.pk, "at": NOON}
    post_reduce(**about, reason="Clickbait")
    post_hide(**about, reason="Spam")
    post_restore(**about, reason="Mistaken")

    reduced, hidden, restored = Decision.objects.order_by("pk")

    assert (reduced.ended_at, hidden.ended_at, restored.reverses) == (None, NOON, hidden)


def test_a_decision_about_a_comment_stays_one_when_the_comment_is_gone(moderator):
    post = PostFactory()
    comment = comment_add(post_id=post.pk, author_id=post.author_id, content="Hm", at=NOON)
    comment_hide(comment_id=comment.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)
    comment.delete()
    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Spam", at=NOON)

    of_comment, of_post = Decision.objects.order_by("pk")

    assert (of_comment.about, of_comment.comment_id, of_comment.ended_at) == ("comment", None, None)
    assert (of_post.about, of_post.ended_at) == ("post", None)
