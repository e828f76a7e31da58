import pytest

from posts.selectors.cards import card_bytes
from posts.tests.factories import PostFactory
from profiles.models import Follow, User
from profiles.services import UsernameTaken, account_update
from profiles.tests.factories import NOON, UserFactory, client_for
from profiles.tests.together import together
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


def test_a_stranger_sees_no_address():
    user = UserFactory(username="ann", bio="Hi", interests=["art"], language="en")

    shown = client_for(UserFactory()).get("/api/profile?username=ANN").json()["data"]

    assert set(shown) == {
        *("id", "username", "display_name", "bio", "is_private", "joined_at", "post_count"),
        *("follower_count", "following_count", "interests", "language"),
        *("following", "followed_by", "muted"),
    }
    assert (shown["id"], shown["interests"], shown["following"]) == (user.pk, ["art"], None)


def test_a_private_account_shows_its_interests_to_followers_alone():
    author = UserFactory(is_private=True, interests=["art"])
    follower = UserFactory()
    Follow.objects.create(follower=follower, followed=author, followed_at=NOON)

    to_stranger = client_for(UserFactory()).get(f"/api/profile?user_id={author.pk}")
    to_follower = client_for(follower).get(f"/api/profile?user_id={author.pk}")

    assert "interests" not in to_stranger.json()["data"]
    assert to_follower.json()["data"]["interests"] == ["art"]


@pytest.mark.parametrize(
    "query", ["user_id=0", "user_id=abc", "user_id=1.0", "user_id=9" + "9" * 30, "user_id=1_0"]
)
def test_an_id_that_is_none_is_refused(query):
    response = client_for(UserFactory()).get(f"/api/profile?{query}")

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == ["user_id"]


@pytest.mark.parametrize("query", ["user_id=1&user_id=2", "user_id=1&username=a", "username=%00"])
def test_an_ambiguous_question_is_refused(query):
    assert client_for(UserFactory()).get(f"/api/profile?{query}").status_code == 400


def test_a_suspended_account_is_not_found():
    closed = UserFactory(is_active=False)

    assert client_for(UserFactory()).get(f"/api/profile?user_id={closed.pk}").status_code == 404


def test_patch_changes_what_it_names():
    user = UserFactory(username="ann", bio="Old", interests=["art"])

    response = client_for(user).patch("/api/profile", {"bio": "New", "display_name": "Ann"})

    assert response.status_code == 200
    data = response.json()["data"]
    assert (data["bio"], data["display_name"], data["interests"]) == ("New", "Ann", ["art"])
    assert data["username"] == "ann"


def test_put_replaces_all_of_it():
    user = UserFactory(username="ann", bio="Old", interests=["art"], email="ann@example.com")
    client = client_for(user)

    assert client.put("/api/profile", {"bio": "New"}).status_code == 400
    response = client.put("/api/profile", {"username": "anna", "bio": "New"})

    assert response.status_code == 200
    user.refresh_from_db()
    assert (user.username, user.username_key, user.bio) == ("anna", "anna", "New")
    assert (user.interests, user.email, user.email_key) == ([], "", None)


@pytest.mark.parametrize("user_id", [1, "1"])
@pytest.mark.parametrize("method", ["put", "patch"])
def test_anothers_profile_cannot_be_changed(method, user_id):
    user, other = UserFactory(bio="Mine"), UserFactory(bio="Theirs")
    body = {"username": user.username, "bio": "Changed", "user_id": type(user_id)(other.pk)}

    response = getattr(client_for(user), method)("/api/profile", body)

    assert response.status_code == 403
    assert set(User.objects.values_list("bio", flat=True)) == {"Mine", "Theirs"}


def test_protected_fields_stay():
    user = UserFactory()
    body = {"is_staff": True, "is_superuser": True, "follower_count": 9, "id": 7, "bio": "x"}

    assert client_for(user).patch("/api/profile", body).status_code == 200

    fresh = User.objects.get()
    assert (fresh.pk, fresh.is_staff, fresh.is_superuser) == (user.pk, False, False)
    assert fresh.follower_count == 0


def test_a_taken_name_or_address_is_refused_and_ones_own_is_not():
    UserFactory(username="taken", email="taken@example.com")
    user = UserFactory(username="ann", email="ann@example.com")
    client = client_for(user)

    assert client.patch("/api/profile", {"username": "TAKEN"}).status_code == 400
    assert client.patch("/api/profile", {"email": "Taken@Example.com"}).status_code == 400
    assert client.patch("/api/profile", {"username": "Ann"}).status_code == 200

    user.refresh_from_db()
    assert (user.username, user.username_key, user.email) == ("Ann", "ann", "ann@example.com")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [({"display_name": "Ann"}, 1), ({"is_private": True}, 1), ({"bio": "x"}, 0), ({}, 0)],
)
def test_what_stands_in_fragments_is_written_again(changes, wanted):
    user = UserFactory()

    account_update(user_id=user.pk, changes=changes)

    jobs = Job.objects.filter(task="posts.tasks.fragments_rewrite")
    assert [job.kwargs for job in jobs] == [{"author_id": user.pk}] * wanted


def test_opening_up_queues_the_requests():
    user = UserFactory(is_private=True)

    account_update(user_id=user.pk, changes={"is_private": False})

    assert Job.objects.filter(task="profiles.tasks.requests_accept").count() == 1


@pytest.mark.django_db(transaction=True)
def test_going_private_closes_cached_cards_at_once():
    post = PostFactory()
    assert card_bytes([post.pk])[post.pk][:1] == b"0"

    client_for(post.author).patch("/api/profile", {"is_private": True})

    assert card_bytes([post.pk])[post.pk][:1] == b"1"


@pytest.mark.django_db(transaction=True)
def test_of_two_that_rename_to_one_name_at_once_one_gets_it():
    users = [UserFactory() for _ in range(6)]

    def rename(user):
        return lambda: account_update(user_id=user.pk, changes={"username": "wanted"})

    results = together([rename(user) for user in users])

    assert results.count(None) == 1
    assert sum(isinstance(result, UsernameTaken) for result in results) == 5
    assert User.objects.filter(username_key="wanted").count() == 1


@pytest.mark.parametrize("raw", [b"[]", b'"x"', b"123", b"null", b'{"bio":"a","bio":"b"}'])
def test_a_body_that_is_no_object_is_refused(raw):
    user = UserFactory(bio="Old")

    response = client_for(user).generic("PATCH", "/api/profile", raw, "application/json")

    assert response.status_code == 400
    user.refresh_from_db()
    assert user.bio == "Old"
