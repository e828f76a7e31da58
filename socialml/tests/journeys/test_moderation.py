"""Moderation as the author lives it, over HTTP: told why, heard, and given back what was theirs."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from mlengine.tasks import slates_refresh
from posts.models import Appeal, Case
from profiles.tests.factories import UserFactory
from socialml.tests.journeys.test_newcomer import feed_ids, sign_up

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "violet-otter-47"
DECISIONS = "/api/moderation/decisions"


def moderator() -> Client:
    """Return the browser of a new moderator."""
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def decide(browser: Client, case: Case, ruling: str, reason: str) -> None:
    body = {"case": [case.pk], "ruling": ruling, "rule": "", "reason": reason, "to": "queue"}
    assert browser.post("/admin/posts/case/decide/", body).status_code == 302
    case.refresh_from_db()
    assert case.state == "decided"


def answer(browser: Client, verdict: str, text: str) -> None:
    appeal = Appeal.objects.get(state="open")
    body = {"verdict": verdict, "answer": text}
    browser.post(f"/admin/posts/appeal/{appeal.pk}/answer/", body)
    appeal.refresh_from_db()
    assert appeal.state != "open"


def shown_to(client: APIClient, post_id: int) -> set[str]:
    """Return the places where the client meets the post."""
    lists = {
        "for you": "/api/feed",
        "latest": "/api/feed?mode=latest",
        "posts": "/api/post",
        "search": "/api/post?q=lighthouse",
        "hashtag": "/api/post?hashtag=sea",
        "recommendations": "/api/recommendations?type=posts",
        "content": "/api/recommendations?type=content",
    }
    found = set()
    for name, path in lists.items():
        response = client.get(path)
        assert response.status_code == 200, (path, response.content)
        if post_id in [item["id"] for item in response.json()["data"]["results"]]:
            found.add(name)
    if client.get(f"/api/post/{post_id}").status_code == 200:
        found.add("itself")
    return found


def test_a_reported_post_is_removed_appealed_and_comes_back():
    ann, ann_profile = sign_up("ann")
    ben, _ = sign_up("ben")
    post_id = ann.post("/api/post", {"content": "The lighthouse #sea"}).json()["data"]["id"]
    ben.post(f"/api/post/{post_id}/comments", {"content": "Lovely"})
    slates_refresh()
    before = shown_to(ben, post_id)
    assert {"for you", "latest", "search", "hashtag", "itself"} <= before

    reported = ben.post(f"/api/post/{post_id}/report", {"reason": "spam"})
    assert reported.status_code == 201
    decide(moderator(), Case.objects.get(), "remove", "Looks like an advertisement")

    # At once, which is sooner than the two seconds that are promised.
    assert shown_to(ben, post_id) == set()
    assert ann.get(f"/api/post/{post_id}").json()["data"]["moderation"] == "hidden"
    assert ann.get("/api/profile").json()["data"]["post_count"] == 0

    [told] = ann.get(DECISIONS).json()["data"]["results"]
    assert (told["action"], told["post_id"], told["is_automated"]) == ("hide", post_id, False)
    assert told["reason"] == "Looks like an advertisement"
    assert told["strike"]["lifted_at"] is None
    assert ben.get(f"{DECISIONS}/{told['id']}").status_code == 404
    appealed = ann.post(told["complaint"]["path"], {"text": "I live there."})
    assert appealed.status_code == 201

    answer(moderator(), "overturn", "It is no advertisement. Sorry.")

    heard = ann.get(f"{DECISIONS}/{told['id']}").json()["data"]
    assert (heard["appeal"]["state"], heard["is_in_force"]) == ("overturned", False)
    assert heard["appeal"]["answer"] == "It is no advertisement. Sorry."
    assert heard["strike"]["lifted_at"] is not None
    newest = ann.get(DECISIONS).json()["data"]["results"][0]
    assert (newest["action"], newest["reverses"]) == ("restore", told["id"])
    slates_refresh()
    assert shown_to(ben, post_id) == before
    card = ben.get(f"/api/post/{post_id}").json()["data"]
    assert card["comment_count"] == 1
    assert ann.get("/api/profile").json()["data"]["post_count"] == 1
    assert ann_profile["id"] == card["author"]["id"]


def test_a_held_text_tells_its_author_the_rule_and_the_words():
    ann, _ = sign_up("ann")
    ben, _ = sign_up("ben")

    made = ann.post("/api/post", {"content": "I hate you, you stupid fucking idiot"})

    post_id = made.json()["data"]["id"]
    assert made.json()["data"]["moderation"] == "held"
    assert ben.get(f"/api/post/{post_id}").status_code == 404
    assert post_id not in feed_ids(ben, "?mode=latest")
    [told] = ann.get(DECISIONS).json()["data"]["results"]
    assert (told["action"], told["is_automated"], told["strike"]) == ("hold", True, None)
    assert told["rule"]["text"]
    assert max(told["evidence"]["scores"].values()) >= 0.9
    assert told["evidence"]["words"]

    ann.post(told["complaint"]["path"], {"text": "We are friends."})
    answer(moderator(), "uphold", "Not in public.")

    heard = ann.get(f"{DECISIONS}/{told['id']}").json()["data"]
    assert (heard["appeal"]["state"], heard["is_in_force"]) == ("upheld", True)
    assert ben.get(f"/api/post/{post_id}").status_code == 404


def test_three_strikes_shut_an_account_out_until_one_is_overturned():
    ann, profile = sign_up("ann", password=PASSWORD)
    ben, _ = sign_up("ben")
    first = moderator()
    for n in range(3):
        post = ann.post("/api/post", {"content": f"Buy cheap lamps, part {n}"}).json()["data"]
        ben.post(f"/api/post/{post['id']}/report", {"reason": "spam"})
        decide(first, Case.objects.get(state="open"), "remove", f"Advertisement {n}")

    refused = ann.get("/api/profile")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "token_not_valid")
    assert ben.get(f"/api/profile?user_id={profile['id']}").status_code == 404
    login = {"username": "ann", "password": PASSWORD}
    shut = APIClient().post("/api/auth/token", login)
    assert (shut.status_code, shut.json()["error"]["code"]) == (401, "account_suspended")

    access = APIClient().post("/api/moderation/token", login).json()["data"]["access"]
    outside = APIClient()
    outside.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    told = outside.get(DECISIONS).json()["data"]["results"]
    assert [one["action"] for one in told] == ["suspend", "hide", "hide", "hide"]
    assert told[0]["rule"]["code"] == "strikes"
    appealed = outside.post(told[3]["complaint"]["path"], {"text": "They are my own lamps."})
    assert appealed.status_code == 201

    answer(moderator(), "overturn", "So they are.")

    again = outside.get(DECISIONS).json()["data"]["results"]
    assert [one["action"] for one in again[:2]] == ["reinstate", "restore"]
    assert APIClient().post("/api/auth/token", login).status_code == 200
    assert ben.get(f"/api/profile?user_id={profile['id']}").status_code == 200
