"""A moderator's day in the real admin: the queue, a decision, an appeal, and what overturns it."""

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import expect

from posts.models import Appeal, Case, Decision, Post
from posts.services import post_create, report_add
from posts.tests.factories import NOON
from profiles.tests.factories import PASSWORD, UserFactory, client_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]

DECISIONS = "/api/moderation/decisions"


@pytest.fixture
def moderators():
    """Two who may work the queue and answer appeals, and nothing else."""
    names = ["view_case", "change_case", "view_appeal", "change_appeal", "view_decision"]
    names += ["view_post", "view_comment", "view_report", "view_user"]
    rights = Permission.objects.filter(codename__in=names)
    found = [
        UserFactory(username=name, is_staff=True, password=PASSWORD) for name in ("maud", "nora")
    ]
    for moderator in found:
        moderator.user_permissions.set(rights)
    return found


@pytest.fixture
def reported():
    """A post that somebody reported as spam."""
    author = UserFactory(username="ann")
    post = post_create(author_id=author.pk, content="Lamps from my own workshop", at=NOON)
    report_add(
        reporter_id=UserFactory(username="ben").pk,
        post_id=post.pk,
        reason="spam",
        note="Advertisement",
        at=NOON,
    )
    return post


def test_from_the_queue_to_a_decision_to_an_appeal_that_overturns_it(sign_in, moderators, reported):
    author, reader = client_for(reported.author), client_for(UserFactory(username="carl"))

    maud = sign_in("maud", PASSWORD)
    maud.get_by_role("link", name="Cases", exact=True).first.click()
    expect(maud.locator("[data-case]")).to_have_count(1)
    expect(maud.locator("[data-case]")).to_contain_text("Lamps from my own workshop")
    # Keys are heard once the page's script has run.
    maud.wait_for_load_state()
    maud.keyboard.press("j")
    maud.keyboard.press("o")
    expect(maud.get_by_role("heading", name="Post by ann")).to_be_visible()
    expect(maud.locator("body")).to_contain_text("Advertisement")
    maud.wait_for_load_state()
    maud.keyboard.press("c")
    expect(maud.locator(".is-claimed")).to_contain_text("yours for")
    maud.wait_for_load_state()
    maud.keyboard.press("r")
    maud.keyboard.type("It sells something")
    maud.keyboard.press("Enter")
    expect(maud.locator(".messagelist")).to_contain_text("Decided 1 case: remove.")
    assert Case.objects.get().state == "decided"
    assert reader.get(f"/api/post/{reported.pk}").status_code == 404

    [told] = author.get(DECISIONS).json()["data"]["results"]
    assert told["reason"] == "It sells something"
    assert author.post(told["complaint"]["path"], {"text": "It shows my work."}).status_code == 201

    maud.goto("/admin/posts/appeal/")
    maud.locator("#result_list tbody th a").click()
    expect(maud.locator(".not-yours")).to_contain_text("another moderator answers")
    expect(maud.get_by_role("button", name="Overturn")).to_have_count(0)

    nora = sign_in("nora", PASSWORD)
    nora.get_by_role("link", name="Appeals", exact=True).first.click()
    nora.locator("#result_list tbody th a").click()
    expect(nora.locator(".appeal-text")).to_contain_text("It shows my work.")
    expect(nora.locator(".decided-text")).to_contain_text("Lamps from my own workshop")
    nora.get_by_label("Answer").fill("Showing one's work is no spam.")
    nora.get_by_role("button", name="Overturn").click()
    expect(nora.locator(".messagelist")).to_contain_text("overturned")

    assert Appeal.objects.get().moderator.username == "nora"
    assert Post.objects.get().moderation == "visible"
    assert reader.get(f"/api/post/{reported.pk}").status_code == 200
    heard = author.get(f"{DECISIONS}/{told['id']}").json()["data"]
    assert heard["appeal"]["answer"] == "Showing one's work is no spam."
    assert heard["strike"]["lifted_at"] is not None
    assert Decision.objects.get(action="restore").reverses_id == told["id"]

    Decision.objects.update(decided_at=Appeal.objects.get().answered_at)
    nora.goto("/admin/posts/decision/")
    nora.get_by_role("link", name="How often they were wrong").click()
    expect(nora.get_by_role("row", name="maud")).to_contain_text("100%")
