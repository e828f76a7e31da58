"""The stream of acts, as its readers and its tests see it."""

from analytics.services.announcing import STREAM
from mlengine.models import Slate
from mlengine.slates.acts import GROUP, ActReader
from mlengine.tests.community import post_make
from posts.services import like_add
from profiles.tests.factories import NOON, UserFactory
from socialml.core.redis import client, key


def reader(name="a"):
    found = ActReader(name=name)
    # Nothing is waited for that has not come.
    take = found.take
    found.take = lambda: take(wait_seconds=0.001)
    return found


def entries():
    return [
        (int(fields[b"account"]), int(fields[b"event"])) for _, fields in client.xrange(key(STREAM))
    ]


def pending():
    return client.xpending(key(STREAM), GROUP)["pending"]


def slates_of(viewer):
    return Slate.objects.filter(audience="account", audience_id=viewer.pk, surface="feed")


def liked(committed, viewer):
    post = post_make(UserFactory())
    committed(like_add, post_id=post.pk, user_id=viewer.pk, at=NOON)
    return post
