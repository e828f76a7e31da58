"""The paths that are measured, as endless streams of requests."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from socialml.bench.load import http_request


@dataclass(frozen=True, slots=True)
class Community:
    """Who asks, and for what."""

    tokens: list[str]
    post_ids: list[int]


def bare(community: Community) -> Iterator[bytes]:
    """The view that does nothing."""
    return itertools.repeat(http_request("GET", "/bench/bare"))


def orm_feed(community: Community) -> Iterator[bytes]:
    """The usual feed: ORM, prefetch, serializer."""
    return _each_account(community, "/api/bench/orm-feed")


def feed(community: Community) -> Iterator[bytes]:
    """The personal feed: twenty posts with the viewer's own marks."""
    return _each_account(community, "/api/feed")


def like(community: Community) -> Iterator[bytes]:
    """A like that is new, by another account and of another post each time."""
    accounts, posts = len(community.tokens), len(community.post_ids)
    for n in itertools.count():
        post_id = community.post_ids[(n + n // accounts) % posts]
        token = community.tokens[n % accounts]
        yield http_request("PUT", f"/api/post/{post_id}/like", token=token)


def event(community: Community) -> Iterator[bytes]:
    """One view of one post."""
    for n in itertools.count():
        body = {
            "event_id": f"bench-{n}",
            "kind": "view",
            "post_id": community.post_ids[n % len(community.post_ids)],
            "watch_ms": 4000,
        }
        token = community.tokens[n % len(community.tokens)]
        yield http_request("POST", "/api/user-behavior", token=token, body=orjson.dumps(body))


def post(community: Community) -> Iterator[bytes]:
    """A new post, with everything that is said of its text."""
    for n in itertools.count():
        body = {"content": f"A sunny walk by the river, number {n} #walk #bench"}
        token = community.tokens[n % len(community.tokens)]
        yield http_request("POST", "/api/post", token=token, body=orjson.dumps(body))


def _each_account(community: Community, path: str) -> Iterator[bytes]:
    return itertools.cycle([http_request("GET", path, token=t) for t in community.tokens])


PATHS = {
    "bare": bare,
    "orm_feed": orm_feed,
    "feed": feed,
    "like": like,
    "event": event,
    "post": post,
}
