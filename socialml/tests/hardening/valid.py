"""A body that each operation takes, by its name."""

from typing import Any

REPORT = {"reason": "spam"}
POST = {"content": "A quiet evening"}

# {post_id} and the like are filled in by `valid_body`.
BODIES: dict[str, dict[str, Any]] = {
    "POST /api/auth/password": {"new_password": "violet-otter-47"},
    "POST /api/auth/token": {"username": "ann", "password": "violet-otter-47"},
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
    "POST /api/sentiment": {"text": "What a day"},
    "POST /api/user-behavior": {"kind": "search", "query": "rivers"},
}
