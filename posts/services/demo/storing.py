"""Writing a drawn community as rows that agree with each other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.contrib.auth.hashers import make_password

from posts.models import Comment, Decision, Like, Post, PostHashtag, Rule, Save, Share
from posts.services.demo.accounts import Floats, Ints
from posts.services.demo.draft import Draft
from posts.services.demo.vocabulary import LANGUAGES
from posts.services.verdicts import VERDICT_COLUMNS, verdict_row
from profiles.models import Follow, User
from profiles.models.names import username_fold
from socialml.core.bulk import rows_insert
from socialml.core.text import hashtags_of

_USER = (
    *("id", "password", "is_superuser", "username", "username_key", "display_name", "email"),
    *("bio", "interests", "language", "is_private", "is_active", "is_staff", "is_archive"),
    *("joined_at", "follower_count", "following_count", "post_count"),
)
_POST = (
    *("id", "kind", "author_id", "content", "category", "hashtags", "language", "insights"),
    *("sentiment", "moderation", "moderation_reason", "is_reduced", "published_at", "media"),
    "fragment",
    *("like_count", "comment_count", "save_count", "share_count", "view_count"),
)
_COMMENT = (
    *("id", "post_id", "author_id", "parent_id", "depth", "content", "language", "insights"),
    *("moderation", "moderation_reason", "commented_at", "reply_count"),
)


def moment(seconds: float) -> datetime:
    """Return the moment so many seconds after 1970, to the millisecond."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)


def users_write(draft: Draft, ids: Ints, usernames: list[str]) -> None:
    """Insert the accounts; nobody knows a password of theirs."""
    people, count = draft.accounts, len(draft.accounts)
    out = ~draft.is_held
    followers = np.bincount(_all_followed(draft)[1], minlength=count).tolist()
    following = np.bincount(_all_followed(draft)[0], minlength=count).tolist()
    published = np.bincount(draft.posts.author[out], minlength=count).tolist()
    closed = make_password(None)

    def rows() -> Iterator[tuple[Any, ...]]:
        for i, username in enumerate(usernames):
            tastes = [
                draft.words.topics[t] for t in np.argsort(-people.taste[i]) if people.taste[i, t]
            ]
            yield (
                *(int(ids[i]), closed, False, username, username_fold(username)),
                *(_display_name(username), "", f"Here for {' and '.join(tastes)}.", tastes),
                *(LANGUAGES[people.language[i]], False, True, False, False),
                *(moment(people.joined[i]), followers[i], following[i], published[i]),
            )

    rows_insert(User, _USER, rows())


def posts_write(draft: Draft, ids: Ints, user_ids: Ints) -> None:
    """Insert the posts with counters that count what `marks_write` and the log say."""
    posts, shown = draft.posts, draft.showings
    counters = [
        np.bincount(shown.post[mark], minlength=len(posts)).tolist()
        for mark in (shown.is_liked, shown.is_saved, shown.is_shared, shown.is_viewed)
    ]
    spoken = ~draft.comments.is_held
    comments = np.bincount(draft.comments.post[spoken], minlength=len(posts)).tolist()
    likes, saves, shares, views = counters
    tags: list[tuple[int, str]] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for i, content in enumerate(posts.content):
            score = draft.scores[content]
            names = hashtags_of(content)
            tags.extend((int(ids[i]), name) for name in names)
            kind = Post.Kind.REEL if posts.is_reel[i] else Post.Kind.POST
            verdict = draft.policy.judge(score.insights, about=Rule.About.POSTS)
            yield (
                *(int(ids[i]), kind, int(user_ids[posts.author[i]]), content),
                *(draft.words.topics[posts.topic[i]], names, score.language, score.insights),
                *(score.sentiment, verdict.moderation, "", False, moment(posts.published[i])),
                *({}, ""),
                *(likes[i], comments[i], saves[i], shares[i], views[i]),
            )

    rows_insert(Post, _POST, rows())
    rows_insert(PostHashtag, ("post_id", "name"), tags)


def graph_write(draft: Draft, user_ids: Ints) -> None:
    """Insert who follows whom."""
    follower, followed, at = _all_followed(draft)
    order = np.argsort(at, kind="stable")
    columns = user_ids[follower[order]].tolist(), user_ids[followed[order]].tolist()
    accepted = Follow.State.ACCEPTED
    rows_insert(
        Follow,
        ("follower_id", "followed_id", "state", "followed_at"),
        (
            (who, whom, accepted, moment(seconds))
            for who, whom, seconds in zip(*columns, at[order].tolist(), strict=True)
        ),
    )


def marks_write(draft: Draft, user_ids: Ints, post_ids: Ints) -> None:
    """Insert likes, saves and shares, oldest first."""
    shown = draft.showings
    at = mark_times(draft)
    for model, column, mark in (
        (Like, "liked_at", shown.is_liked),
        (Save, "saved_at", shown.is_saved),
        (Share, "shared_at", shown.is_shared),
    ):
        which = np.flatnonzero(mark)
        which = which[np.argsort(at[which], kind="stable")]
        columns = post_ids[shown.post[which]].tolist(), user_ids[shown.user[which]].tolist()
        rows_insert(
            model,
            ("post_id", "user_id", column),
            (
                (post, user, moment(seconds))
                for post, user, seconds in zip(*columns, at[which].tolist(), strict=True)
            ),
        )


def comments_write(draft: Draft, ids: list[int], user_ids: Ints, post_ids: Ints) -> None:
    """Insert the comments; replies count on what they answer unless they are held."""
    comments = draft.comments
    answered = comments.parent[(comments.parent >= 0) & ~comments.is_held]
    replies = np.bincount(answered, minlength=len(comments)).tolist()

    def rows() -> Iterator[tuple[Any, ...]]:
        for i, content in enumerate(comments.content):
            score = draft.scores[content]
            parent = int(comments.parent[i])
            state = draft.policy.judge(score.insights, about=Rule.About.COMMENTS).moderation
            yield (
                *(ids[i], int(post_ids[comments.post[i]]), int(user_ids[comments.author[i]])),
                *(ids[parent] if parent >= 0 else None, int(parent >= 0), content),
                *(score.language, score.insights, state, "", moment(comments.at[i]), replies[i]),
            )

    rows_insert(Comment, _COMMENT, rows())


def decisions_write(draft: Draft, comment_ids: list[int], user_ids: Ints, post_ids: Ints) -> None:
    """Insert the record of what the policy held or removed."""
    posts, comments = draft.posts, draft.comments

    def row(
        about: Rule.About, author: Any, post: Any, comment: int | None, text: str, at: Any
    ) -> tuple[Any, ...]:
        insights = draft.scores[text].insights
        return verdict_row(
            draft.policy.judge(insights, about=about),
            insights,
            account_id=int(user_ids[author]),
            post_id=int(post_ids[post]),
            comment_id=comment,
            at=moment(at),
        )

    on_posts, on_comments = Rule.About.POSTS, Rule.About.COMMENTS
    held = [
        row(on_posts, posts.author[i], i, None, posts.content[i], posts.published[i])
        for i in np.flatnonzero(draft.is_held)
    ]
    held += [
        row(
            on_comments,
            comments.author[i],
            comments.post[i],
            comment_ids[i],
            comments.content[i],
            comments.at[i],
        )
        for i in np.flatnonzero(comments.is_held)
    ]
    rows_insert(Decision, VERDICT_COLUMNS, held)


def mark_times(draft: Draft) -> Floats:
    """Return when each showing was liked, saved, shared or led to a follow: as it ended."""
    shown = draft.showings
    return shown.at + shown.watch_ms / 1000


def _all_followed(draft: Draft) -> tuple[Ints, Ints, Floats]:
    shown, follows = draft.showings, draft.follows
    later = np.flatnonzero(shown.is_followed)
    return (
        np.concatenate([follows.follower, shown.user[later]]),
        np.concatenate([follows.followed, draft.posts.author[shown.post[later]]]),
        np.concatenate([follows.at, mark_times(draft)[later]]),
    )


def _display_name(username: str) -> str:
    return username.rstrip("0123456789").replace(".", " ").title()
