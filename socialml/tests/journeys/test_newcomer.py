"""What a client does from signing up to a personal feed, over HTTP alone."""

import pytest
from rest_framework.test import APIClient

from mlengine.tasks import slates_refresh
from socialml.core.redis import client as redis_client

# Requests commit, as they do in life: what is cached is forgotten after commit.
pytestmark = pytest.mark.django_db(transaction=True)


def sign_up(username: str, **more: object) -> tuple[APIClient, dict]:
    client = APIClient()
    body = {
        "username": username,
        "email": f"{username}@example.com",
        "bio": "Hello",
        "interests": ["music", "travel"],
        **more,
    }
    response = client.post("/api/profile", body)
    assert response.status_code == 201, response.content
    data = response.json()["data"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {data['tokens']['access']}")
    return client, data


def feed_ids(client: APIClient, query: str = "") -> list[int]:
    response = client.get(f"/api/feed{query}")
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["data"]["results"]]


def test_the_briefs_own_calls_work_as_written():
    ann, profile = sign_up("ann")

    made = ann.post("/api/post", {"user_id": profile["id"], "content": "First light #dawn"})
    refused = ann.post("/api/post", {"user_id": profile["id"] + 1, "content": "Not me"})

    assert made.status_code == 201
    assert made.json()["data"]["hashtags"] == ["dawn"]
    assert made.json()["ml_insights"]["sentiment"]["label"] in {"negative", "neutral", "positive"}
    assert refused.status_code == 403


def test_what_one_publishes_another_meets_in_every_feed():
    ann, ann_profile = sign_up("ann")
    ben, _ = sign_up("ben")
    post_id = ann.post("/api/post", {"content": "A walk by the river"}).json()["data"]["id"]
    ben.put(f"/api/profile/{ann_profile['id']}/follow")

    for mode in ("for_you", "following", "latest"):
        assert post_id in feed_ids(ben, f"?mode={mode}"), mode
        assert post_id not in feed_ids(ann, f"?mode={mode}"), mode


def test_a_block_takes_effect_everywhere_at_once():
    ann, ann_profile = sign_up("ann")
    ben, ben_profile = sign_up("ben")
    post_id = ann.post("/api/post", {"content": "Only for friends"}).json()["data"]["id"]
    assert post_id in feed_ids(ben)

    assert ann.put(f"/api/profile/{ben_profile['id']}/block").status_code in (200, 201)

    assert post_id not in feed_ids(ben)
    assert post_id not in feed_ids(ben, "?mode=latest")
    assert ben.get(f"/api/post/{post_id}").status_code == 404
    assert ben.put(f"/api/post/{post_id}/like").status_code == 404
    assert ben.get(f"/api/profile?user_id={ann_profile['id']}").status_code == 404
    assert ben.get("/api/post?q=friends").json()["data"]["results"] == []
    assert ben.get(f"/api/post/{post_id}/comments").status_code == 404


def test_a_mark_shows_in_the_next_feed_and_can_be_taken_back():
    ann, _ = sign_up("ann")
    ben, _ = sign_up("ben")
    post_id = ann.post("/api/post", {"content": "Like me"}).json()["data"]["id"]

    def card():
        items = ben.get("/api/feed?mode=latest").json()["data"]["results"]
        return next(item for item in items if item["id"] == post_id)

    assert (card()["liked"], card()["like_count"]) == (False, 0)
    assert ben.put(f"/api/post/{post_id}/like").status_code == 201
    assert (card()["liked"], card()["like_count"]) == (True, 1)
    assert ben.delete(f"/api/post/{post_id}/like").status_code in (200, 204)
    assert (card()["liked"], card()["like_count"]) == (False, 0)


def test_the_pages_of_a_feed_neither_repeat_nor_skip():
    ann, _ = sign_up("ann")
    ben, _ = sign_up("ben")
    made = [ann.post("/api/post", {"content": f"Post {n}"}).json()["data"]["id"] for n in range(9)]

    seen, cursor = [], ""
    for _ in range(9):
        page = ben.get(f"/api/feed?mode=latest&limit=2{cursor}").json()["data"]
        seen += [item["id"] for item in page["results"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
        ann.post("/api/post", {"content": "One more in between"})

    assert seen == sorted(made, reverse=True)


def test_a_cursor_serves_its_own_viewer_and_mode_alone():
    ann, _ = sign_up("ann")
    ben, _ = sign_up("ben")
    for n in range(3):
        ann.post("/api/post", {"content": f"Post {n}"})
    cursor = ben.get("/api/feed?mode=latest&limit=1").json()["data"]["next"]

    for client, query in ((ann, "mode=latest"), (ben, "mode=following"), (ben, "mode=for_you")):
        response = client.get(f"/api/feed?{query}&cursor={cursor}")
        assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_cursor")


def test_an_action_changes_the_actors_own_list_through_the_worker():
    ann, _ = sign_up("ann")
    ben, _ = sign_up("ben")
    posts = [
        ann.post("/api/post", {"content": f"Mountain song {n} #music", "category": "music"})
        for n in range(6)
    ]
    ids = [post.json()["data"]["id"] for post in posts]

    ben.put(f"/api/post/{ids[0]}/like")
    slates_refresh()

    page = ben.get("/api/feed").json()
    assert page["ml_insights"]["source"] == "personal"
    shown = [item["id"] for item in page["data"]["results"]]
    assert ids[0] not in shown
    assert set(shown) & set(ids[1:])
    first = page["data"]["results"][0]
    assert first["why"]["reason"]
    assert first["why"]["sources"]
    why = ben.get(f"/api/post/{first['id']}/why").json()["data"]
    assert why["slate_id"] == page["ml_insights"]["slate_id"]


def test_everything_works_while_redis_is_away(monkeypatch):
    ann, _ = sign_up("ann")
    ben, ben_profile = sign_up("ben")
    redis_client.flushdb()
    monkeypatch.setattr("socialml.core.redis.breaker._open_until", float("inf"))
    monkeypatch.setattr("socialml.core.queue._broker._open_until", float("inf"))

    post_id = ann.post("/api/post", {"content": "Still here"}).json()["data"]["id"]

    assert post_id in feed_ids(ben)
    assert ben.put(f"/api/post/{post_id}/like").status_code == 201
    assert ben.get(f"/api/post/{post_id}").json()["data"]["liked"] is True
    assert ann.put(f"/api/profile/{ben_profile['id']}/block").status_code in (200, 201)
    assert post_id not in feed_ids(ben)


def test_recommendations_of_each_type_answer_a_newcomer():
    ann, _ = sign_up("ann")
    ben, profile = sign_up("ben")
    ann.post("/api/post", {"content": "Something to see #sea"})

    for wanted in ("content", "posts", "reels", "users", "hashtags"):
        asked = ben.get(f"/api/recommendations?type={wanted}&user_id={profile['id']}&limit=5")
        told = ben.post("/api/recommendations", {"type": wanted, "limit": 5})
        assert (asked.status_code, told.status_code) == (200, 200), wanted
        assert asked.json()["ml_insights"]["source"]
    assert ben.get(f"/api/recommendations?user_id={profile['id'] + 99}").status_code == 403
