"""Drawing a whole community, before any of it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from mlengine.inference import texts_insights
from posts.models import Rule
from posts.services.demo.accounts import Accounts, Flags, accounts_draw
from posts.services.demo.following import Follows, follows_draw
from posts.services.demo.publishing import Posts, posts_draw
from posts.services.demo.talking import Comments, comments_draw
from posts.services.demo.vocabulary import Vocabulary, vocabulary_read
from posts.services.demo.watching import Showings, showings_draw
from posts.services.policy import Policy
from posts.services.scoring import TextScore
from socialml.core.progress import progress

_TEXTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A community on paper: indices stand for accounts and posts."""

    words: Vocabulary
    accounts: Accounts
    posts: Posts
    is_held: Flags  # shape (posts,)
    follows: Follows
    showings: Showings
    comments: Comments
    scores: dict[str, TextScore]  # of each distinct text
    policy: Policy
    has_member: bool
    seed: int


def community_draw(
    *,
    accounts: int,
    posts: int,
    events: int,
    seed: int,
    at: datetime,
    policy: Policy,
    reels: int = 0,
    has_member: bool = True,
) -> Draft:
    """Draw a community of so many accounts and posts whose log has about `events` events.

    The same arguments draw the same community, under the same policy. What that holds or
    removes is shown to nobody; that it would reduce a post's reach is left out. Each account and
    each post is one event at least. With `has_member` account 0 is the demo member, with a history
    of its own.
    """
    rng = np.random.default_rng(seed)
    words, end = vocabulary_read(), at.timestamp()
    people = accounts_draw(rng, count=accounts, end=end, words=words, has_member=has_member)
    written = posts_draw(rng, people, count=posts, reels=reels, end=end, words=words)
    scores = texts_score(written.content, label="reading captions")
    is_held = np.array(
        [
            not policy.judge(scores[text].insights, about=Rule.About.POSTS).is_out
            for text in written.content
        ],
        dtype=bool,
    )
    follows = follows_draw(rng, people, events=events)
    spent = accounts + posts + len(follows) + int(is_held.sum())
    showings = showings_draw(
        rng, people, written, follows, is_held=is_held, events=events - spent, end=end
    )
    comments = comments_draw(rng, people, written, showings, words=words)
    scores |= texts_score(comments.content, label="reading comments")
    draft = Draft(
        words,
        people,
        written,
        is_held,
        follows,
        showings,
        comments,
        scores,
        policy,
        has_member,
        seed,
    )
    return replace(draft, comments=comments.judged(scores, policy))


def texts_score(texts: Sequence[str], *, label: str) -> dict[str, TextScore]:
    """Return the scores of each distinct text."""
    distinct = list(dict.fromkeys(texts))
    starts = range(0, len(distinct), _TEXTS_AT_ONCE)
    found: dict[str, TextScore] = {}
    for start in progress(starts, label=label, total=len(starts)):
        some = distinct[start : start + _TEXTS_AT_ONCE]
        scored = texts_insights(some)
        found.update(
            (text, TextScore(one.as_dict())) for text, one in zip(some, scored, strict=True)
        )
    return found
