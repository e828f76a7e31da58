"""A case with all that a moderator needs to decide it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mlengine.inference import text_drivers, text_marks
from posts.models import Case, CaseEntry, Comment, Decision, Post, Report, Rule, Strike
from posts.selectors.media import media_signed, state_name

_NEIGHBOURS = 4
_DECISIONS = 8
_OTHER_CASES = 5
# Words are named for the kinds that stand out most, and for no score that says nothing.
_KINDS_EXPLAINED = 3
_TOLD_FROM = 0.5

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Score:
    """What a model says of the text, from where the live policy acts, and the words behind it."""

    kind: str
    score: float
    threshold: float | None
    words: list[str]
    # Where in the video, for what was seen there.
    at_seconds: float | None = None

    @property
    def is_over(self) -> bool:
        return self.threshold is not None and self.score >= self.threshold


@dataclass(frozen=True, slots=True)
class Record:
    """What became of the author's texts so far."""

    decisions: list[Decision]
    counts: dict[str, int]
    strikes: int
    other_cases: list[Case]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it stands in the queue."""

    case: Case
    pieces: Pieces
    media: dict[str, Any]
    reasons: list[tuple[str, int]]

    @property
    def scores(self) -> list[tuple[str, float]]:
        """The highest score of each kind that a rule flagged, highest first."""
        found: dict[str, float] = {}
        for flag in self.case.flags:
            for kind, score in flag.get("scores", {}).items():
                found[kind] = max(score, found.get(kind, 0.0))
        return sorted(found.items(), key=lambda one: -one[1])[:_KINDS_EXPLAINED]


@dataclass(frozen=True, slots=True)
class CaseContext:
    """One case, its text in its place, its reports, its author and its record."""

    case: Case
    pieces: Pieces = field(default_factory=list)
    media: dict[str, Any] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    # From the post's own comment down to the one that the case's answers.
    above: list[Comment] = field(default_factory=list)
    below: list[Comment] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    entries: list[CaseEntry] = field(default_factory=list)
    record: Record | None = None


def case_rows(cases: Iterable[Case]) -> list[CaseRow]:
    """Return the cases as rows of the queue. One query, for the reasons of their reports.

    The cases come with account, post and comment selected.
    """
    found = list(cases)
    reports = Report.objects.filter(case__in=found).values_list("case_id", "reason")
    reasons: dict[int, Counter[str]] = {case.pk: Counter() for case in found}
    for case_id, reason in reports:
        reasons[case_id][reason] += 1
    return [
        CaseRow(
            case=case,
            pieces=text_marks(text.content, _flagged_words(case))
            if (text := text_of(case))
            else [],
            media=_media(case),
            reasons=reasons[case.pk].most_common(),
        )
        for case in found
    ]


def case_context(*, case_id: int, at: datetime) -> CaseContext | None:
    """Return the case with its context, or None if there is none. About twelve queries."""
    cases = Case.objects.select_related("account", "post__author", "comment__author", "claimed_by")
    case = cases.filter(pk=case_id).first()
    if case is None:
        return None
    text = text_of(case)
    scores = _scores(text) if text else []
    words = {word for score in scores for word in score.words} | _flagged_words(case)
    reports = Report.objects.filter(case=case).select_related("reporter")
    entries = CaseEntry.objects.filter(case=case).select_related("moderator")
    return CaseContext(
        case=case,
        pieces=_pieces(text, words),
        media=_media(case),
        scores=scores,
        above=_above(case.comment) if case.comment else [],
        below=_below(case),
        reports=list(reports.order_by("-weight", "pk")),
        entries=list(entries.order_by("pk")),
        record=_record(case, at=at),
    )


def text_of(case: Case) -> Post | Comment | None:
    """Return what the case is about; None for an account, and where it is gone."""
    if case.about == Case.About.COMMENT:
        gone = case.comment is None or case.comment.deleted_at is not None
        return None if gone else case.comment
    return case.post if case.about == Case.About.POST else None


def reasons_given(*, moderator_id: int, limit: int = 8) -> list[str]:
    """Return the reasons that the moderator gave last, each once. One query."""
    mine = Decision.objects.filter(moderator_id=moderator_id).exclude(reason="")
    recent = mine.order_by("-pk").values_list("reason", flat=True)[:100]
    return list(dict.fromkeys(recent))[:limit]


def _pieces(text: Post | Comment | None, words: set[str]) -> Pieces:
    return text_marks(text.content, words) if text else []


def _flagged_words(case: Case) -> set[str]:
    """Return the words of the case's flags, found now where nobody looked for them before."""
    words = {word for flag in case.flags for word in flag.get("words", ())}
    text = text_of(case)
    if words or text is None:
        return words
    kinds = {_highest(flag["scores"]) for flag in case.flags if flag.get("scores")}
    kinds.discard(Rule.Kind.NUDITY)
    return {word for kind in kinds for word in text_drivers(text.content, kind=kind)}


def _highest(scores: Mapping[str, float]) -> str:
    return max(scores, key=scores.__getitem__)


def _media(case: Case) -> dict[str, Any]:
    if case.about != Case.About.POST or case.post is None:
        return {}
    post = case.post
    state = state_name(post.moderation, is_active=case.account.is_active)
    return media_signed(post.media, state=state)


def _scores(text: Post | Comment) -> list[Score]:
    """Return what the models say of the text, the highest first, with the words of the first."""
    toxicity: Mapping[str, Any] = text.insights.get("toxicity") or {}
    spam: Mapping[str, Any] = text.insights.get("spam") or {}
    said = {**toxicity.get("kinds", {}), Rule.Kind.TOXICITY.value: toxicity.get("score")}
    said[Rule.Kind.SPAM.value] = spam.get("score")
    nudity: Mapping[str, Any] = text.insights.get("nudity") or {}
    said[Rule.Kind.NUDITY.value] = nudity.get("score")
    known = {kind: float(score) for kind, score in said.items() if score is not None}
    limits = _limits()
    worded = known.keys() - {Rule.Kind.NUDITY.value}
    explained = sorted(worded, key=lambda kind: -known[kind])[:_KINDS_EXPLAINED]
    return [
        Score(
            kind=kind,
            score=known[kind],
            threshold=limits.get(kind),
            words=list(text_drivers(text.content, kind=kind))
            if kind in explained and known[kind] >= _TOLD_FROM
            else [],
            at_seconds=nudity.get("at_seconds") if kind == Rule.Kind.NUDITY else None,
        )
        for kind in sorted(known, key=lambda kind: -known[kind])
    ]


def _limits() -> dict[str, float]:
    """Return the lowest threshold of each kind at which the live policy acts."""
    limits: dict[str, float] = {}
    acting = Rule.objects.filter(policy__is_live=True).exclude(action=Rule.Action.ALLOW)
    for thresholds in acting.values_list("thresholds", flat=True):
        for kind, threshold in thresholds.items():
            limits[kind] = min(threshold, limits.get(kind, threshold))
    return limits


def _above(comment: Comment) -> list[Comment]:
    """Return what the comment answers, the topmost first. One query a level, eight at most."""
    found: list[Comment] = []
    above = Comment.objects.select_related("author")
    parent = above.filter(replies=comment.pk).first()
    while parent is not None:
        found.insert(0, parent)
        parent = above.filter(replies=parent.pk).first()
    return found


def _below(case: Case) -> list[Comment]:
    """Return the first replies to the comment, or the newest comments on the post."""
    comments = Comment.objects.select_related("author").filter(deleted_at=None)
    if case.about == Case.About.COMMENT and case.comment_id is not None:
        return list(comments.filter(parent_id=case.comment_id).order_by("pk")[:_NEIGHBOURS])
    if case.about == Case.About.POST and case.post_id is not None:
        on_it = comments.filter(post_id=case.post_id, parent=None)
        return list(on_it.order_by("-pk")[:_NEIGHBOURS])
    return []


def _record(case: Case, *, at: datetime) -> Record:
    decisions = Decision.objects.filter(account_id=case.account_id).select_related("moderator")
    strikes = Strike.objects.filter(
        account_id=case.account_id, lifted_at=None, expires_at__gt=at
    ).count()
    others = Case.objects.filter(account_id=case.account_id, state=Case.State.OPEN)
    others = others.exclude(pk=case.pk).select_related("post", "comment")
    return Record(
        decisions=list(decisions.order_by("-pk")[:_DECISIONS]),
        counts=dict(Counter(decisions.values_list("action", flat=True))),
        strikes=strikes,
        other_cases=list(others.order_by("-harm", "pk")[:_OTHER_CASES]),
    )
