import pytest

from analytics.models import Event
from profiles.models import Block, Follow
from profiles.services import block_add, follow_add
from profiles.tests.factories import NOON, UserFactory, client_for

pytestmark = pytest.mark.django_db


def _follow(fan, author):
    return follow_add(follower_id=fan.pk, followed_id=author.pk, at=NOON)


def test_following_twice_is_news_once():
    fan, author = UserFactory(), UserFactory()
    client = client_for(fan)

    first = client.put(f"/api/profile/{author.pk}/follow")
    again = client.put(f"/api/profile/{author.pk}/follow")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["data"] == {"user_id": author.pk, "state": "accepted"}
    shown = client.get(f"/api/profile?user_id={author.pk}").json()["data"]
    assert (shown["following"], shown["follower_count"]) == ("accepted", 1)
    assert client.delete(f"/api/profile/{author.pk}/follow").status_code == 204
    assert client.delete(f"/api/profile/{author.pk}/follow").status_code == 204


@pytest.mark.parametrize("what", ["follow", "block", "mute"])
@pytest.mark.parametrize(
    "user_id", ["0", "-1", "abc", "1.0", "1e3", "٣", "01", "99999999999999999999", "1;x", "%00"]
)
def test_an_id_that_is_none_is_not_found(what, user_id):
    response = client_for(UserFactory()).put(f"/api/profile/{user_id}/{what}")

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
    assert not Event.objects.exists()


@pytest.mark.parametrize("what", ["follow", "block", "mute"])
def test_nobody_does_it_to_oneself(what):
    me = UserFactory()

    response = client_for(me).put(f"/api/profile/{me.pk}/{what}")

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "not_with_oneself"


@pytest.mark.parametrize("blocks", ["the other", "me"])
def test_where_a_block_stands_there_is_nothing_like_where_nobody_is(blocks):
    me, other = UserFactory(), UserFactory()
    blocker, blocked = (me, other) if blocks == "me" else (other, me)
    block_add(blocker_id=blocker.pk, blocked_id=blocked.pk, at=NOON)
    client = client_for(me)

    def answers(user_id, username):
        responses = [
            client.get(f"/api/profile?user_id={user_id}"),
            client.get(f"/api/profile?username={username}"),
            client.get(f"/api/profile/{user_id}/followers"),
            client.get(f"/api/profile/{user_id}/following"),
            client.put(f"/api/profile/{user_id}/follow"),
            client.put(f"/api/profile/{user_id}/mute"),
            client.put(f"/api/profile/requests/{user_id}"),
        ]
        return [(r.status_code, r.json()["message"], r.json()["error"]) for r in responses]

    hidden = answers(other.pk, other.username)

    assert [status for status, *_ in hidden] == [404] * 7
    assert hidden[:6] == answers(2**50, "nobody_there")[:6]


def test_a_private_accounts_lists_are_for_its_followers():
    author = UserFactory(is_private=True)
    follower, stranger = UserFactory(), UserFactory()
    Follow.objects.create(follower=follower, followed=author, followed_at=NOON)
    _follow(author, stranger)

    for path in (f"/api/profile/{author.pk}/followers", f"/api/profile/{author.pk}/following"):
        assert client_for(stranger).get(path).status_code == 404
        assert client_for(follower).get(path).status_code == 200
        assert client_for(author).get(path).status_code == 200


def test_requests_are_listed_accepted_and_refused():
    author = UserFactory(is_private=True)
    welcome, unwelcome = UserFactory(), UserFactory()
    for fan in (welcome, unwelcome):
        assert client_for(fan).put(f"/api/profile/{author.pk}/follow").json()["data"] == {
            "user_id": author.pk,
            "state": "requested",
        }
    client = client_for(author)

    waiting = client.get("/api/profile/requests").json()["data"]["results"]
    assert [row["id"] for row in waiting] == [unwelcome.pk, welcome.pk]
    assert client.put(f"/api/profile/requests/{welcome.pk}").status_code == 201
    assert client.put(f"/api/profile/requests/{welcome.pk}").status_code == 200
    assert client.delete(f"/api/profile/requests/{unwelcome.pk}").status_code == 204
    assert client.delete(f"/api/profile/requests/{unwelcome.pk}").status_code == 404

    assert client.get("/api/profile/requests").json()["data"]["results"] == []
    assert list(Follow.objects.values_list("follower_id", "state")) == [(welcome.pk, "accepted")]


def test_pages_go_through_a_list_once():
    author, viewer = UserFactory(), UserFactory()
    fans = [UserFactory() for _ in range(5)]
    for fan in fans:
        _follow(fan, author)
    client, path = client_for(viewer), f"/api/profile/{author.pk}/followers?limit=2"

    seen, cursor = [], ""
    while cursor is not None:
        data = client.get(path + (f"&cursor={cursor}" if cursor else "")).json()["data"]
        seen += [row["id"] for row in data["results"]]
        cursor = data["next"]

    assert seen == [fan.pk for fan in reversed(fans)]


def test_a_list_leaves_out_the_blocked_and_the_suspended():
    author, viewer = UserFactory(), UserFactory()
    shown, blocked, suspended = UserFactory(), UserFactory(), UserFactory()
    for fan in (shown, blocked, suspended):
        _follow(fan, author)
    block_add(blocker_id=blocked.pk, blocked_id=viewer.pk, at=NOON)
    suspended.is_active = False
    suspended.save()

    rows = client_for(viewer).get(f"/api/profile/{author.pk}/followers").json()["data"]["results"]

    assert [row["id"] for row in rows] == [shown.pk]


def test_a_cursor_belongs_to_its_list_and_viewer():
    author, viewer, other = UserFactory(), UserFactory(), UserFactory()
    for fan in (viewer, other):
        _follow(fan, author)
    path = f"/api/profile/{author.pk}/followers?limit=1"
    cursor = client_for(viewer).get(path).json()["data"]["next"]
    assert cursor

    flipped = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    bad = ["!!!", "//79", flipped, cursor + "x", "%00"]
    responses = [client_for(viewer).get(f"{path}&cursor={text}") for text in bad]
    responses.append(client_for(other).get(f"{path}&cursor={cursor}"))
    responses.append(client_for(viewer).get(f"/api/profile/{author.pk}/following?cursor={cursor}"))

    assert [r.status_code for r in responses] == [400] * 7


@pytest.mark.parametrize("limit", ["0", "-1", "101", "abc", "1e20", "1.0", "٣", "5&limit=6"])
def test_a_limit_out_of_range_is_refused(limit):
    me = UserFactory()

    response = client_for(me).get(f"/api/profile/{me.pk}/followers?limit={limit}")

    assert response.status_code == 400


def test_blocking_back_is_possible():
    me, other = UserFactory(), UserFactory()
    block_add(blocker_id=other.pk, blocked_id=me.pk, at=NOON)

    assert client_for(me).put(f"/api/profile/{other.pk}/block").status_code == 201

    assert Block.objects.count() == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/profile"),
        ("put", "/api/profile"),
        ("patch", "/api/profile"),
        ("delete", "/api/profile"),
        ("get", "/api/profile/preferences"),
        ("put", "/api/profile/preferences"),
        ("patch", "/api/profile/preferences"),
        ("get", "/api/profile/export"),
        ("post", "/api/profile/erasure"),
        ("get", "/api/profile/requests"),
        ("put", "/api/profile/requests/{id}"),
        ("delete", "/api/profile/requests/{id}"),
        ("put", "/api/profile/{id}/follow"),
        ("delete", "/api/profile/{id}/follow"),
        ("put", "/api/profile/{id}/block"),
        ("delete", "/api/profile/{id}/block"),
        ("put", "/api/profile/{id}/mute"),
        ("delete", "/api/profile/{id}/mute"),
        ("get", "/api/profile/{id}/followers"),
        ("get", "/api/profile/{id}/following"),
        ("post", "/api/auth/logout"),
        ("post", "/api/auth/password"),
    ],
)
def test_signed_out_nothing_of_it_is_to_be_had(method, path):
    user = UserFactory()

    response = getattr(client_for(), method)(path.format(id=user.pk), {})

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "not_authenticated"
    user.refresh_from_db()
    assert user.is_active
