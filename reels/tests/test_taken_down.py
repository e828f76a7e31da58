"""Every address of a reel, once people may no longer see it."""

import re

import pytest
from django.test import Client

from posts.models import Post
from profiles.models import User
from profiles.services import account_update, follow_add
from profiles.tests.factories import NOON, UserFactory, client_for
from reels.models import Reel
from reels.services import reel_process
from reels.tests.factories import stored_reel, waiting_reel

pytestmark = pytest.mark.django_db
PLACE = re.compile(r'^(?!#).+$|URI="([^"]+)"', re.MULTILINE)


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def reel(author):
    return stored_reel(author)


def addresses(media: dict) -> set[str]:
    """Return every address that the media and the playlists in them lead to."""
    found = {media[name] for name in ("video", "thumbnail", "poster", "preview", "hls")}
    found |= {*media["thumbnails"], *(each["video"] for each in media["renditions"])}
    folder = media["hls"].rpartition("/")[0]
    unread = [media["hls"]]
    while unread:
        text = Client().get(unread.pop()).content.decode()
        named = {f"{folder}/{m[1] or m[0]}" for m in PLACE.finditer(text)} - found
        unread += [address for address in named if ".m3u8" in address]
        found |= named
    return found


def answers(places: set[str]) -> set[int]:
    return {Client().get(place).status_code for place in places}


def card_of(reel: Reel, viewer: User) -> dict:
    return client_for(viewer).get(f"/api/reels/{reel.pk}").json()["data"]["post"]


def test_a_public_reels_addresses_are_for_all_and_need_no_token(reel, author):
    places = addresses(reel.post.media)

    assert len(places) == 9
    assert answers(places) == {200}
    assert Client().get(reel.post.media["hls"])["Content-Type"] == "application/vnd.apple.mpegurl"


@pytest.mark.parametrize("moderation", [Post.Moderation.HELD, Post.Moderation.HIDDEN])
def test_a_reel_that_is_held_or_hidden_is_gone_from_every_address(reel, author, moderation):
    """With tokens and without; at once, and from what a browser keeps within a minute."""
    fan = UserFactory()
    places = addresses(reel.post.media) | addresses(card_of(reel, fan)["media"])
    kept = re.search(r"max-age=(\d+)", Client().get(reel.post.media["hls"])["Cache-Control"])
    assert answers(places) == {200}

    Post.objects.filter(pk=reel.pk).update(moderation=moderation)

    assert answers(places) == {404}
    assert kept is not None
    assert int(kept[1]) <= 60


def test_its_author_still_sees_it_by_addresses_of_the_new_state_alone(reel, author):
    before = addresses(card_of(reel, author)["media"])
    Post.objects.filter(pk=reel.pk).update(moderation=Post.Moderation.HELD)

    after = addresses(card_of(reel, author)["media"])

    assert answers(before) == {404}
    assert answers(after) == {200}
    Post.objects.filter(pk=reel.pk).update(moderation=Post.Moderation.HIDDEN)
    assert answers(after) == {404}


def test_a_private_accounts_reel_opens_by_a_followers_addresses_until_the_account_closes(
    reel, author
):
    fan = UserFactory()
    follow_add(follower_id=fan.pk, followed_id=author.pk, at=NOON)
    account_update(user_id=author.pk, changes={"is_private": True})
    signed = addresses(card_of(reel, fan)["media"])

    assert len(signed) == 9
    assert answers(signed) == {200}
    assert answers({place.partition("?")[0] for place in signed}) == {404}
    User.objects.filter(pk=author.pk).update(is_active=False)
    assert answers(signed) == {404}


def test_what_a_playlist_names_opens_no_longer_than_the_playlist(reel, author):
    account_update(user_id=author.pk, changes={"is_private": True})
    media = card_of(reel, author)["media"]

    stamps = {re.search(r"\?t=(\d+)\.", place)[1] for place in addresses(media)}

    assert len(stamps) == 1


def test_an_unchanged_file_is_not_sent_again_and_not_confirmed_once_it_is_hidden(reel):
    address = reel.post.media["video"]
    mark = Client().get(address)["ETag"]

    assert Client().get(address, headers={"If-None-Match": mark}).status_code == 304
    Post.objects.update(moderation=Post.Moderation.HIDDEN)
    assert Client().get(address, headers={"If-None-Match": mark}).status_code == 404


def test_an_upload_that_is_kept_is_for_its_author_to_save(settings, author):
    settings.SOCIALML_KEEP_ORIGINALS = True
    reel = waiting_reel(author)
    upload = f"/media/{reel.video}"
    assert Client().get(upload).status_code == 404
    reel_process(post_id=reel.pk, at=NOON)

    mine = client_for(author).get(f"/api/reels/{reel.pk}").json()["data"]["original"]
    others = client_for(UserFactory()).get(f"/api/reels/{reel.pk}").json()["data"]["original"]

    assert others is None
    reel.post.refresh_from_db()
    assert Client().get(upload).url == reel.post.media["video"]
    response = Client().get(mine)
    assert (response.status_code, response["X-Content-Type-Options"]) == (200, "nosniff")
    assert response["Content-Disposition"].startswith("attachment")
