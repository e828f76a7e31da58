"""What moderators do on the queue and case pages."""

import pytest
from django.utils import timezone

from posts.models import Case, CaseEntry, Comment, Decision, Post
from posts.services import case_claim
from posts.tests.factories import CommentFactory, PostFactory, UserFactory
from posts.tests.queue import QUEUE, RIGHTS, reported, shown, with_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return with_rights(*RIGHTS)


@pytest.fixture
def pages(client, moderator):
    client.force_login(moderator)
    return client


def decide(pages, *cases, **said):
    said = {"ruling": "remove", "reason": "Hateful", **said}
    return pages.post(f"{QUEUE}decide/", {"case": [case.pk for case in cases], **said}, follow=True)


def test_several_cases_are_decided_at_once_and_those_of_others_stay(pages, moderator):
    first, second, taken = (reported(post_id=PostFactory().pk) for _ in range(3))
    other = UserFactory(is_staff=True)
    case_claim(case_id=taken.pk, moderator_id=other.pk, at=timezone.now())

    page = decide(pages, first, second, taken)

    assert f"claimed by {other.username}" in page.content.decode()
    assert "Decided 2 cases: remove." in page.content.decode()
    assert shown(page) == [taken.pk]
    assert Post.objects.filter(moderation="hidden").count() == 2
    assert set(Decision.objects.values_list("moderator_id", "reason")) == {
        (moderator.pk, "Hateful")
    }


def test_the_text_of_the_rule_stands_in_for_a_reason_and_nothing_is_decided_without(pages):
    case, other = (reported(post_id=PostFactory().pk) for _ in range(2))

    decide(pages, case, reason=" ", rule="spam")
    refused = decide(pages, other, reason="")

    decision = Decision.objects.get()
    assert decision.reason == decision.rule_text != ""
    assert "Say why" in refused.content.decode()
    assert Case.objects.get(pk=other.pk).state == "open"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"ruling": ""}, "Choose what to do"),
        ({"ruling": "burn"}, "no such ruling"),
        ({"case": []}, "Choose at least one case"),
        ({"case": ["x"]}, "These are no cases"),
        ({"case": ["9" * 18]}, "There is no case"),
        ({"rule": "no-such-rule"}, "has no rule"),
        ({"case": [str(n) for n in range(1, 95)]}, "at most"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(pages, said, answer):
    case = reported(post_id=PostFactory().pk)

    page = decide(pages, case, **said)

    assert answer in page.content.decode()
    assert Case.objects.get().state == "open"
    assert not Decision.objects.exists()


def test_next_claims_and_opens_the_most_urgent_case_and_deciding_goes_on_to_the_next(
    pages, moderator
):
    mild, grave = reported("spam", post_id=PostFactory().pk), reported(post_id=PostFactory().pk)

    opened = pages.post(f"{QUEUE}next/")
    assert opened.headers["Location"] == f"{QUEUE}{grave.pk}/change/"
    page = decide(pages, grave, to="next")
    assert page.redirect_chain[-1][0] == f"{QUEUE}{mild.pk}/change/"
    page = decide(pages, mild, to="next", ruling="keep", reason="")

    assert "the queue is empty" in page.content.decode()
    claimed = CaseEntry.objects.filter(act="claimed").values_list("case_id", "moderator_id")
    assert set(claimed) == {(grave.pk, moderator.pk), (mild.pk, moderator.pk)}


def test_claiming_and_releasing_lead_back_to_our_own_pages_only(pages, moderator):
    case = reported(post_id=PostFactory().pk)
    own = f"{QUEUE}?state=mine"

    claimed = pages.post(f"{QUEUE}{case.pk}/claim/", {"back": own})
    assert claimed.headers["Location"] == own
    assert Case.objects.get().claimed_by_id == moderator.pk
    assert shown(pages.get(own)) == [case.pk]
    released = pages.post(f"{QUEUE}{case.pk}/release/", {"back": "//evil.example/"})
    assert released.headers["Location"] == QUEUE
    assert Case.objects.get().claimed_by_id is None


def test_what_is_decided_in_the_lists_of_posts_and_comments_decides_its_case(client):
    client.force_login(with_rights("view_post", "change_post", "view_comment", "change_comment"))
    comment, quiet = CommentFactory(), PostFactory()
    Post.objects.update(comment_count=1)
    case = reported(post_id=comment.post_id, comment_id=comment.pk)

    for model, row in (("comment", comment), ("post", quiet)):
        body = {"action": "hide", "_selected_action": row.pk, "reason": "So"}
        assert client.post(f"/admin/posts/{model}/", body).status_code == 302

    assert Comment.objects.get().moderation == "hidden"
    assert Post.objects.get(pk=quiet.pk).moderation == "hidden"
    states = dict(Case.objects.values_list("about", "state"))
    assert states == {"comment": "decided", "post": "decided"}
    assert set(case.reports.values_list("state", flat=True)) == {"upheld"}


def test_who_may_only_look_or_may_not_suspend_changes_nothing(client):
    case = reported(post_id=PostFactory().pk)
    posts = [("next/", {}), (f"{case.pk}/claim/", {}), (f"{case.pk}/release/", {})]
    posts.append(("decide/", {"case": case.pk, "ruling": "remove", "reason": "So"}))

    client.force_login(with_rights("view_case"))
    assert client.get(QUEUE).status_code == 200
    assert client.get(f"{QUEUE}{case.pk}/change/").status_code == 200
    for address, body in posts:
        assert client.post(f"{QUEUE}{address}", body).status_code == 403, address
    client.force_login(with_rights("view_case", "change_case"))
    body = {"case": case.pk, "ruling": "suspend", "reason": "So"}
    assert client.post(f"{QUEUE}decide/", body).status_code == 403
    client.force_login(with_rights("view_post"))
    for address in (QUEUE, f"{QUEUE}{case.pk}/change/"):
        assert client.get(address).status_code == 403

    assert Case.objects.get().state == "open"
    assert not CaseEntry.objects.filter(act="claimed").exists()
    assert Post.objects.get().moderation == "visible"
