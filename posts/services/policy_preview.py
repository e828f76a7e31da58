"""What if: a version of the policy replayed over what people wrote lately. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from posts.models import Case, Comment, Post, Rule
from posts.selectors import LastWord, last_words
from posts.services.policy import Policy, Verdict, policy_live, policy_of
from posts.services.verdicts import is_newcomer

_AT_ONCE = 2_000
_EXAMPLES = 10
_QUOTED = 120


@dataclass(frozen=True, slots=True)
class Example:
    """One text that would be judged otherwise: by `kind` and `score`, `before` and `after`."""

    post_id: int
    comment_id: int | None
    beginning: str
    before: str
    after: str
    kind: str
    score: float


@dataclass(slots=True)
class RuleChange:
    """What one rule would do, or no longer do, compared with the live policy.

    `taken` counts by action what it alone would newly meet with that action; `released` what the
    live rule of this code meets and the version would let off, or meet with something milder.
    Of both together, `confirmed` counts those where a moderator's last word on the text agrees with
    the version, and `contradicted` those where it does not.
    """

    code: str
    taken: dict[str, int] = field(default_factory=dict)
    released: int = 0
    confirmed: int = 0
    contradicted: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a version would change; `changes` has the rules that change anything, by code."""

    version_id: int
    days: int
    since: datetime
    texts: int
    unchanged: int
    changes: list[RuleChange]


@dataclass(frozen=True, slots=True)
class _Text:
    post_id: int
    comment_id: int | None
    content: str
    insights: dict[str, Any]
    joined_at: datetime
    written_at: datetime


def policy_preview(*, version_id: int, days: int, at: datetime) -> Preview:
    """Judge the texts of the last `days` by the version and by the live policy, and compare.

    By the scores stored with each text, and how old its author's account was then. Deleted texts
    are not there to be judged. Reads 2,000 rows at a time.
    """
    live, version = policy_live(), policy_of(version_id)
    since = at - timedelta(days=days)
    words = last_words(since=since)
    changes: dict[str, RuleChange] = {}
    texts = unchanged = 0
    for about, text in _texts(since, at):
        texts += 1
        before, after = (_judged(policy, text, about) for policy in (live, version))
        if before.gravity == after.gravity:
            unchanged += 1
            continue
        _note(changes, text, before, after, words.get((text.post_id, text.comment_id)))
    ordered = sorted(changes.values(), key=lambda change: change.code)
    return Preview(version_id, days, since, texts, unchanged, ordered)


def _judged(policy: Policy, text: _Text, about: Rule.About) -> Verdict:
    is_new = is_newcomer(text.joined_at, at=text.written_at)
    return policy.judge(text.insights, about=about, is_newcomer=is_new)


def _note(
    changes: dict[str, RuleChange],
    text: _Text,
    before: Verdict,
    after: Verdict,
    last_word: LastWord | None,
) -> None:
    is_graver = after.gravity > before.gravity
    deciding = after if is_graver else before
    assert deciding.rule is not None
    change = changes.setdefault(deciding.rule.code, RuleChange(deciding.rule.code))
    if is_graver:
        change.taken[deciding.rule.action] = change.taken.get(deciding.rule.action, 0) + 1
    else:
        change.released += 1
    if last_word is not None:
        agrees = (last_word.ruling != Case.Ruling.KEEP) == is_graver
        change.confirmed += agrees
        change.contradicted += not agrees
    if len(change.examples) < _EXAMPLES:
        change.examples.append(
            Example(
                post_id=text.post_id,
                comment_id=text.comment_id,
                beginning=text.content[:_QUOTED],
                before=_action(before),
                after=_action(after),
                kind=deciding.kind,
                score=deciding.scores[deciding.kind],
            )
        )


def _action(verdict: Verdict) -> str:
    return str(verdict.rule.action if verdict.rule else Rule.Action.ALLOW)


def _texts(since: datetime, until: datetime) -> Iterator[tuple[Rule.About, _Text]]:
    posts = Post.objects.filter(published_at__gte=since, published_at__lte=until)
    posts = posts.exclude(moderation=Post.Moderation.PROCESSING)
    written = ("pk", "content", "insights", "author__joined_at", "published_at")
    rows = posts.order_by("-published_at").values_list(*written)
    for pk, *rest in rows.iterator(chunk_size=_AT_ONCE):
        yield Rule.About.POSTS, _Text(pk, None, *rest)
    comments = Comment.objects.filter(
        commented_at__gte=since, commented_at__lte=until, deleted_at=None
    )
    said = ("post_id", "pk", "content", "insights", "author__joined_at", "commented_at")
    for row in comments.order_by("-pk").values_list(*said).iterator(chunk_size=_AT_ONCE):
        yield Rule.About.COMMENTS, _Text(*row)
