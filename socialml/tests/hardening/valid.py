"""A body that each operation takes, by its name."""

from typing import Any

from rest_framework.response import Response
from rest_framework.test import APIClient

from reels.tests.clips import clip
from socialml.tests.hardening.operations import Operation

REPORT = {"reason": "spam"}
POST = {"content": "A quiet evening"}

# {post_id} and the like are filled in by `valid_body`.
BODIES: dict[str, dict[str, Any]] = {
    "POST /api/auth/password": {"new_password": "violet-otter-47"},
    "POST /api/auth/token": {"username": "ann", "password": "violet-otter-47"},
    "POST /api/moderation/decisions/{decision_id}/appeal": {"text": "It was a quotation."},
    "POST /api/moderation/token": {"username": "ann", "password": "violet-otter-47"},
    "POST /api/auth/token/refresh": {"refresh": "x.y.z"},
    "POST /api/engagement/predict": POST,
    "POST /api/post": POST,
    "PATCH /api/post/{post_id}": POST,
    "POST /api/post/{post_id}/comments": POST,
    "POST /api/post/{post_id}/comments/{comment_id}/report": REPORT,
    "POST /api/post/{post_id}/report": REPORT,
    "POST /api/profile/{user_id}/report": REPORT,
    "POST /api/profile": {"username": "carl"},
    "PUT /api/profile": {"username": "ann"},
    "PATCH /api/profile": {"bio": "Hello"},
    "PUT /api/profile/preferences": {"muted_hashtags": ["spam"]},
    "PATCH /api/profile/preferences": {"muted_hashtags": ["spam"]},
    "POST /api/recommendations": {"type": "posts"},
    "POST /api/recommendations/session": {"items": [1]},
    "POST /api/reels/uploads": {"size_bytes": 1000, "content_type": "video/mp4"},
    "POST /api/reels/uploads/{upload_id}/finish": {"content": "Sea"},
    "POST /api/sentiment": {"text": "What a day"},
    "POST /api/user-behavior": {"kind": "search", "query": "rivers"},
}
# The same where it is no JSON.
RAW = {"PUT /api/reels/uploads/{upload_id}/parts/{number}": clip}


def valid_send(client: APIClient, operation: Operation, url: str) -> Response:
    """Ask `operation` at `url` with its body."""
    send = getattr(client, operation.method)
    raw = RAW.get(str(operation))
    if raw is not None:
        return send(url, raw(), content_type="application/octet-stream")
    return send(url, BODIES.get(str(operation), {}))
