"""Files of interactions and items, brought in, and what came of them."""

from analytics.models import Event
from posts.models import Post
from posts.services.imports import interactions_import
from posts.services.reconcile import counters_check
from posts.tests.factories import NOON
from profiles.models import User

ITEMS = """item,title,genres
1,"Toy Story (1995)",Animation|Children's|Comedy
2,"A walk # funny dogs # Rain, part 2",
3,Heat,Crime
"""
RATINGS = """user,item,rating,timestamp
7,1,5,874965758
7,2,2,874965800
8,1,3,874965000
"""


def bring(files, **changed):
    interactions, items = files
    asked = {
        "interactions": interactions,
        "items": items,
        "source": "imported",
        "has_likes": True,
        "fallback": interactions.parent,
        "at": NOON,
        **changed,
    }
    return interactions_import(**asked)


def wrong():
    return [f.check.name for f in counters_check() if f.drifted]


def acts(**which):
    rows = Event.objects.filter(client_id__isnull=False, **which).order_by("occurred_at", "pk")
    names = dict(Post.objects.values_list("pk", "external_id"))
    users = dict(User.objects.values_list("pk", "username"))
    return [(users[e.actor_id], e.kind, names[e.post_id]) for e in rows]
