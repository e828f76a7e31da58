import pytest
from django.core.files.storage import default_storage
from django.test import Client

from posts.models import Post
from posts.selectors.media import media_signed, token_check
from posts.tests.factories import PostFactory
from profiles.services import account_update, follow_add
from profiles.tests.factories import NOON, UserFactory, client_for
from reels.services import processing, reel_process
from reels.services.demo_clips import clips_attach, clips_make
from reels.tests.factories import stored_reel

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def reel(author):
    return stored_reel(author)


@pytest.fixture
def address(reel):
    return reel.post.media["video"]


@pytest.fixture
def content(address):
    with default_storage.open(address.removeprefix("/media/")) as file:
        return file.read()


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_public_video_is_given_to_anybody_and_runs_nowhere(address, content):
    response = Client().get(address)

    assert (response.status_code, body(response)) == (200, content)
    assert response["Content-Type"] == "video/mp4"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Length"] == str(len(content))


def test_its_pictures_are_given_as_such(reel):
    media = reel.post.media
    for address in (media["thumbnail"], media["poster"], media["preview"], *media["thumbnails"]):
        response = Client().get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "image/webp")


@pytest.mark.parametrize(
    ("asked", "cut"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=10-", slice(10, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=5-99999999", slice(5, None)),
        ("bytes=-99999999", slice(0, None)),
    ],
)
def test_a_part_is_given_when_asked_for(address, content, asked, cut):
    response = Client().get(address, headers={"Range": asked})

    part = content[cut]
    start = content.index(part)
    assert (response.status_code, body(response)) == (206, part)
    assert response["Content-Length"] == str(len(part))
    if start:
        last = start + len(part) - 1
        assert response["Content-Range"] == f"bytes {start}-{last}/{len(content)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=9-3", "bytes=-0"])
def test_a_part_outside_is_refused(address, content, asked):
    response = Client().get(address, headers={"Range": asked})

    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(content)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=x-y", "bytes=-"])
def test_a_range_we_do_not_speak_is_ignored(address, content, asked):
    response = Client().get(address, headers={"Range": asked})

    assert (response.status_code, body(response)) == (200, content)


def test_head_gives_the_headers_alone(address, content):
    response = Client().head(address)

    assert (response.status_code, response["Content-Length"]) == (200, str(len(content)))
    assert body(response) == b""


def test_other_methods_are_refused(address):
    assert Client().post(address).status_code == 405


def test_a_private_accounts_video_opens_with_the_cards_token_only(author, reel, address):
    fan = UserFactory()
    follow_add(follower_id=fan.pk, followed_id=author.pk, at=NOON)
    account_update(user_id=author.pk, changes={"is_private": True})

    card = client_for(fan).get(f"/api/reels/{reel.pk}").json()["data"]["post"]
    signed = card["media"]["video"]

    assert Client().get(address).status_code == 404
    assert signed.startswith(f"{address}?t=")
    assert Client().get(signed).status_code == 200
    assert Client().get(signed[:-1] + ("0" if signed[-1] != "0" else "1")).status_code == 404
    # A token opens the file it was made for and no other.
    token = signed.partition("?")[2]
    assert Client().get(f"/media/{reel.thumbnail}?{token}").status_code == 404


def test_a_token_ends():
    name = "reels/ab/" + "ab" * 16 + ".mp4"
    media = {"video": f"/media/{name}", "width": 3, "thumbnail": ""}
    signed = media_signed(media, state="visible")
    token = signed["video"].partition("?t=")[2]
    expires = int(token.partition(".")[0])

    assert token_check(name, token, state="visible", now=expires - 1)
    assert not token_check(name, token, state="visible", now=expires)
    assert not token_check(name, token, state="hidden", now=expires - 1)
    later = f"{expires + 9}.{token.partition('.')[2]}"
    assert not token_check(name, later, state="visible", now=expires - 1)
    assert (signed["width"], signed["thumbnail"]) == (3, "")


@pytest.mark.parametrize("token", ["", ".", "é.é", "1" * 40, "1.", "-1.x", "９９.x"])
def test_what_is_no_token_opens_nothing(token):
    assert not token_check("reels/ab/x.mp4", token, state="visible", now=0)


def test_a_video_of_a_post_that_was_hidden_is_gone(reel, address):
    Post.objects.update(moderation=Post.Moderation.HIDDEN)

    assert Client().get(address).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        *("reels/../../secrets.json", "..%2f..%2fsecrets.json", "reels//etc/passwd", "x", ""),
        *("reels/ab/%00.mp4", "reels/ab/" + "0" * 32 + ".mp4", "reels/ab/" + "é" * 32 + ".mp4"),
    ],
)
def test_there_is_nothing_else_to_find(name):
    assert Client().get(f"/media/{name}").status_code == 404


def test_a_file_that_is_gone_is_not_found(reel, address):
    default_storage.delete(address.removeprefix("/media/"))

    assert Client().get(address).status_code == 404


@pytest.fixture
def played_at_once(author):
    """A reel of the demo community, before the worker has made its versions."""
    post = PostFactory(author=author, kind=Post.Kind.REEL)
    clips_attach(post_ids=[post.pk], clips=clips_make(count=1, seed=1), at=NOON)
    post.refresh_from_db()
    return post


@pytest.mark.parametrize("keeps_originals", [True, False])
def test_who_has_the_card_of_before_goes_on_watching(played_at_once, settings, keeps_originals):
    settings.SOCIALML_KEEP_ORIGINALS = keeps_originals
    before = played_at_once.media
    assert Client().get(before["video"]).status_code == 200

    reel_process(post_id=played_at_once.pk, at=NOON)

    played_at_once.refresh_from_db()
    for name in ("video", "thumbnail"):
        response = Client().get(before[name])
        assert (response.status_code, response.url) == (302, played_at_once.media[name])
        assert Client().get(response.url).status_code == 200
    Post.objects.update(moderation=Post.Moderation.HIDDEN)
    assert Client().get(before["video"]).status_code == 404


def test_it_can_be_watched_while_it_is_measured(played_at_once, monkeypatch):
    before, seen = played_at_once.media, []

    def look(**_):
        seen.append(Client().get(before["video"]).status_code)
        seen.append(Client().get(before["thumbnail"]).status_code)

    monkeypatch.setattr(processing, "reel_measure", look)

    reel_process(post_id=played_at_once.pk, at=NOON)

    assert seen == [302, 200]


def test_a_private_accounts_old_card_leads_on_with_its_token(author, played_at_once):
    account_update(user_id=author.pk, changes={"is_private": True})
    before = media_signed(played_at_once.media, state=Post.Moderation.VISIBLE)["video"]

    reel_process(post_id=played_at_once.pk, at=NOON)

    response = Client().get(before)
    assert Client().get(before.partition("?")[0]).status_code == 404
    assert Client().get(response.url).status_code == 200
    assert Client().get(response.url.partition("?")[0]).status_code == 404


def test_behind_nginx_the_file_is_handed_on_to_it(reel, address, settings):
    settings.SOCIALML_MEDIA_INTERNAL = "/protected-media/"

    response = Client().get(address)

    assert response["X-Accel-Redirect"] == address.replace("/media/", "/protected-media/")
    assert (response["Content-Type"], response.content) == ("video/mp4", b"")
    Post.objects.update(moderation=Post.Moderation.HIDDEN)
    assert "X-Accel-Redirect" not in Client().get(address)
