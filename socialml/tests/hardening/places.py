"""Every place of a JSON body where people write, and every one that takes a whole number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """One value of one body: `body` puts it there, `path` is filled in with Bob's ids."""

    method: str
    path: str
    field: str
    body: Callable[[Any], dict[str, Any]]
    most: int = 0
    may_be_blank: bool = False
    of_ann: bool = False

    def url(self, world: Any) -> str:
        return self.path.format(**(world.of_ann if self.of_ann else world.of_bob))

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path} {self.field}"


def _profile(method: str, *, others: dict[str, Any]) -> list[Place]:
    return [
        Place(
            method,
            "/api/profile",
            "display_name",
            lambda x: {**others, "display_name": x},
            60,
            may_be_blank=True,
        ),
        Place(
            method, "/api/profile", "bio", lambda x: {**others, "bio": x}, 500, may_be_blank=True
        ),
        Place(method, "/api/profile", "interests", lambda x: {**others, "interests": [x]}, 40),
    ]


def _report(path: str) -> Place:
    return Place(
        "post", path, "note", lambda x: {"reason": "spam", "note": x}, 1000, may_be_blank=True
    )


COMMENTS = "/api/post/{post_id}/comments"
TEXTS = [
    Place("post", "/api/post", "content", lambda x: {"content": x}, 2200),
    Place("post", "/api/post", "hashtags", lambda x: {"content": "Hi", "hashtags": [x]}, 70),
    Place("patch", "/api/post/{post_id}", "content", lambda x: {"content": x}, 2200, of_ann=True),
    Place("post", COMMENTS, "content", lambda x: {"content": x}, 2200),
    _report("/api/post/{post_id}/report"),
    _report("/api/post/{post_id}/comments/{comment_id}/report"),
    _report("/api/profile/{user_id}/report"),
    Place(
        "post",
        "/api/moderation/decisions/{decision_id}/appeal",
        "text",
        lambda x: {"text": x},
        2000,
        of_ann=True,
    ),
    *_profile("post", others={"username": "carl"}),
    *_profile("put", others={"username": "ann"}),
    *_profile("patch", others={}),
    *[
        Place(method, "/api/profile/preferences", name, lambda x, n=name: {n: [x]}, most)
        for method in ("put", "patch")
        for name, most in (("muted_hashtags", 64), ("muted_categories", 40))
    ],
    Place("post", "/api/user-behavior", "query", lambda x: {"event": "search", "query": x}, 100),
    Place("post", "/api/sentiment", "text", lambda x: {"text": x}, 2200),
    Place("post", "/api/sentiment", "texts", lambda x: {"texts": ["Hi", x]}, 2200),
    Place("post", "/api/engagement/predict", "content", lambda x: {"content": x}, 2200),
    Place(
        "post",
        "/api/engagement/predict",
        "hashtags",
        lambda x: {"content": "Hi", "hashtags": [x]},
        70,
    ),
]

_EVENT = {"event": "view", "watch_ms": 5000}
NUMBERS = [
    Place("post", "/api/post", "user_id", lambda x: {"content": "Hi", "user_id": x}),
    Place("post", COMMENTS, "parent", lambda x: {"content": "Hi", "parent": x}),
    Place("put", "/api/profile", "user_id", lambda x: {"username": "ann", "user_id": x}),
    Place("patch", "/api/profile", "user_id", lambda x: {"bio": "Hi", "user_id": x}),
    Place("post", "/api/recommendations", "user_id", lambda x: {"user_id": x}),
    Place(
        "post",
        "/api/reels/uploads",
        "size_bytes",
        lambda x: {"content_type": "video/mp4", "size_bytes": x},
    ),
    *[
        Place("post", "/api/user-behavior", name, lambda x, n=name: {**_EVENT, "post_id": 1, n: x})
        for name in ("post_id", "target_id", "user_id", "slate_id", "watch_ms", "dwell_ms")
    ],
    Place(
        "post",
        "/api/user-behavior",
        "position",
        lambda x: {**_EVENT, "post_id": 1, "position": x},
        1000,
    ),
]
