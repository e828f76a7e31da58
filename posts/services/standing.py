"""Bringing a post to what the policy's verdict says of it: out or held, and for whom."""

from datetime import datetime

from posts.models import Decision, Post, Rule
from posts.services.cases import case_lapse
from posts.services.counts import post_count_shift
from posts.services.decisions import decisions_of
from posts.services.policy import Verdict, policy_live
from posts.services.verdicts import author_is_newcomer, release_record, verdict_record

# The columns that a verdict sets.
JUDGED = ("moderation", "moderation_reason", "is_reduced")


def post_judge(post: Post, *, at: datetime) -> Verdict:
    """Return what the live policy says of the post's insights."""
    policy = policy_live()
    is_new = author_is_newcomer(policy, post.author_id, at=at)
    return policy.judge(post.insights, about=Rule.About.POSTS, is_newcomer=is_new)


def verdict_apply(post: Post, verdict: Verdict) -> None:
    """Set the columns of JUDGED. The caller saves the post."""
    post.moderation, post.is_reduced = verdict.moderation, verdict.is_reduced
    post.moderation_reason = "" if verdict.is_out else verdict.reason


def verdict_follow(
    post: Post,
    verdict: Verdict,
    *,
    lifted: str,
    at: datetime,
    model_version: str | None = None,
    words: list[str] | None = None,
) -> bool:
    """Bring the locked post to what the verdict says, and record it; return whether that was news.

    `lifted` says why no rule takes it any more. Removed and processing posts stay as
    they are, and so does the reach that a moderator reduced. The caller saves the post.
    """
    before = post.moderation, post.is_reduced
    if before[0] not in (Post.Moderation.VISIBLE, Post.Moderation.HELD):
        return False
    verdict_apply(post, verdict)
    if before[1] and not post.is_reduced:
        post.is_reduced = _is_reduced_by_moderator(post)
    if (post.moderation, post.is_reduced) == before:
        return False
    _releases_record(post, before, verdict, lifted=lifted, version=model_version or "", at=at)
    if verdict.rule is None:
        case_lapse(about=post, note=lifted, at=at)
    elif post.moderation != before[0] or post.is_reduced:
        verdict_record(verdict, post=post, at=at, model_version=model_version, words=words)
    return True


def is_held_back_by_slower(post: Post) -> bool:
    """Whether what holds it, or its reach, is the word of a model other than the request's."""
    holding = decisions_of(post).filter(
        action__in=(Decision.Action.HOLD, Decision.Action.REDUCE),
        is_automated=True,
        ended_at=None,
    )
    return holding.exclude(model_version=post.insights["model"]).exists()


def _releases_record(
    post: Post,
    before: tuple[str, bool],
    verdict: Verdict,
    *,
    lifted: str,
    version: str,
    at: datetime,
) -> None:
    """Count the post as out or not, and record what is lifted of what stood `before`."""
    was_out, is_out = before[0] == Post.Moderation.VISIBLE, verdict.is_out
    why = lifted if verdict.rule is None else verdict.reason
    if was_out != is_out:
        post_count_shift(post.author_id, by=1 if is_out else -1)
    if is_out and not was_out:
        release_record(post=post, reason=why, at=at, model_version=version)
    if before[1] and not post.is_reduced:
        release_record(post=post, reason=why, at=at, is_reach=True, model_version=version)


def _is_reduced_by_moderator(post: Post) -> bool:
    reach = (Decision.Action.REDUCE, Decision.Action.RESTORE_REACH)
    decided = decisions_of(post).filter(action__in=reach)
    last = decided.order_by("-pk").values_list("is_automated", flat=True).first()
    return last is False
