"""The pages where appeals are answered, and where it shows how often decisions were wrong."""

import pytest
from django.contrib.auth.models import Permission

from posts.models import Appeal, Decision, Post
from posts.services import Grounds, appeal_add, post_hide
from posts.tests.factories import NOON, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

APPEALS = "/admin/posts/appeal/"
OVERTURNS = "/admin/posts/decision/overturns/"


def staff(*codenames):
    member = UserFactory(is_staff=True)
    member.user_permissions.set(
        Permission.objects.filter(content_type__app_label="posts", codename__in=codenames)
    )
    return member


@pytest.fixture
def moderator():
    return staff("view_appeal", "change_appeal", "view_decision")


@pytest.fixture
def second():
    return staff("view_appeal", "change_appeal", "view_decision")


@pytest.fixture
def appeal(moderator):
    """The author's word against what the moderator decided."""
    post = PostFactory(content="<script>alert(1)</script> a fool")
    grounds = Grounds(
        rule_code="insults",
        rule_text="Do not insult people.",
        facts={"scores": {"insult": 0.97}, "words": ["fool"]},
    )
    post_hide(post_id=post.pk, moderator_id=moderator.pk, reason="Rude", at=NOON, grounds=grounds)
    decision = Decision.objects.get()
    return appeal_add(
        decision_id=decision.pk, account_id=post.author_id, text="<b>A quotation</b>", at=NOON
    )


@pytest.fixture
def pages(client, second):
    client.force_login(second)
    return client


def answer(client, appeal, verdict="overturn", text="Right you are"):
    return client.post(f"{APPEALS}{appeal.pk}/answer/", {"verdict": verdict, "answer": text})


def test_the_page_shows_both_sides_and_runs_nothing_of_theirs(pages, appeal):
    page = pages.get(f"{APPEALS}{appeal.pk}/change/").content.decode()

    for shown in ("A quotation", "Rude", "Do not insult people.", "0.97", "a fool"):
        assert shown in page, shown
    assert "<script>alert(1)" not in page
    assert "<b>A quotation" not in page
    assert pages.get(APPEALS).status_code == 200
    assert pages.get(APPEALS, {"q": "quotation"}).status_code == 200


def test_overturning_on_the_page_undoes_the_decision(pages, second, appeal):
    response = answer(pages, appeal)

    assert (response.status_code, response["Location"]) == (302, APPEALS)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.moderator) == ("overturned", second)
    assert Post.objects.get().moderation == "visible"
    answered = pages.get(f"{APPEALS}{appeal.pk}/change/").content.decode()
    assert "Right you are" in answered
    assert 'name="verdict"' not in answered


def test_upholding_on_the_page_leaves_it(pages, appeal):
    answer(pages, appeal, "uphold", "It is rude")

    assert Appeal.objects.get().state == "upheld"
    assert Post.objects.get().moderation == "hidden"


def test_who_decided_is_offered_no_answer_and_refused_one(client, moderator, appeal):
    client.force_login(moderator)

    page = client.get(f"{APPEALS}{appeal.pk}/change/").content.decode()
    refused = answer(client, appeal)

    assert 'name="verdict"' not in page
    assert "another moderator answers" in page
    assert "for another moderator" in client.get(refused["Location"]).content.decode()
    assert Appeal.objects.get().state == "open"


@pytest.mark.parametrize(
    "said", [{}, {"verdict": "maybe"}, {"answer": "  "}, {"answer": "x" * 2001}]
)
def test_an_answer_without_words_or_verdict_is_asked_for_again(pages, appeal, said):
    response = answer(pages, appeal, **{"verdict": "overturn", "text": "", **_named(said)})

    assert response.status_code == 200
    assert Appeal.objects.get().state == "open"


def _named(said):
    return {"text" if name == "answer" else name: value for name, value in said.items()}


@pytest.mark.parametrize("path", ["999999/change/", "0/change/", "x/change/", f"{10**30}/change/"])
def test_an_appeal_that_is_not_there_is_not_found(pages, path):
    assert pages.get(f"{APPEALS}{path}").status_code == 404


def test_staff_who_may_only_look_cannot_answer(client, appeal):
    client.force_login(staff("view_appeal"))

    page = client.get(f"{APPEALS}{appeal.pk}/change/")

    assert page.status_code == 200
    assert 'name="verdict"' not in page.content.decode()
    assert answer(client, appeal).status_code == 403
    assert Appeal.objects.get().state == "open"


def test_the_rates_page_tells_them_by_rule_model_and_moderator(pages, moderator, appeal):
    Decision.objects.update(decided_at="2100-01-01T00:00Z")
    answer(pages, appeal)

    page = pages.get(OVERTURNS).content.decode()

    assert "insults" in page
    assert moderator.username in page
    assert "100%" in page
    assert pages.get(OVERTURNS, {"days": "nonsense"}).status_code == 200
    assert OVERTURNS in pages.get("/admin/posts/decision/").content.decode()


def test_the_rates_page_is_for_who_may_see_decisions(client):
    client.force_login(staff("view_appeal"))

    assert client.get(OVERTURNS).status_code == 403
