"""The live policy, and what it says of a text.

Every process reads it from the cache, which forgets it when another version goes live and after
POLICY_SECONDS at the latest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings

from posts.models import PolicyVersion, Post, Rule
from posts.services.decisions import Grounds
from socialml.core import cache

POLICY_SECONDS = 2
_NAME = "policy"
_RULE = ("code", "text", "thresholds", "action", "languages", "audience", "about")
# From the mildest to the gravest.
_GRAVITY = {action: place for place, action in enumerate(Rule.Action.values)}
_STATES = {
    Rule.Action.HOLD: Post.Moderation.HELD,
    Rule.Action.REMOVE: Post.Moderation.HIDDEN,
    Rule.Action.SUSPEND: Post.Moderation.HIDDEN,
}
_DONE = {
    Rule.Action.REDUCE: "Offered to fewer people",
    Rule.Action.HOLD: "Held",
    Rule.Action.REMOVE: "Removed",
    Rule.Action.SUSPEND: "Removed, with its author suspended,",
}


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A row of Rule, to be asked often."""

    code: str
    text: str
    thresholds: Mapping[str, float]
    action: str
    languages: frozenset[str] = frozenset()
    audience: str = Rule.Audience.EVERYONE
    about: str = Rule.About.BOTH

    def concerns(self, *, about: str, language: str, is_newcomer: bool) -> bool:
        """Return whether the rule speaks of such a text at all."""
        if self.about not in (about, Rule.About.BOTH):
            return False
        if about == Rule.About.COMMENTS and self.action == Rule.Action.REDUCE:
            return False
        if self.audience == Rule.Audience.NEWCOMERS and not is_newcomer:
            return False
        return not self.languages or language in self.languages

    def kind_reached(self, scores: Mapping[str, float]) -> str:
        """Return the kind that stands furthest above its threshold, "" where none reaches it."""
        above = {
            kind: scores[kind] - threshold
            for kind, threshold in self.thresholds.items()
            if scores.get(kind, -1.0) >= threshold
        }
        return max(above, key=above.__getitem__) if above else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of one text: the rule that decides, or none."""

    rule: PolicyRule | None = None
    policy_id: int | None = None
    kind: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)

    @property
    def gravity(self) -> int:
        """How grave the action is; 0 where there is none."""
        return _GRAVITY[self.rule.action] if self.rule else 0

    @property
    def moderation(self) -> str:
        """The state of a post or a comment so judged."""
        action = Rule.Action(self.rule.action) if self.rule else Rule.Action.ALLOW
        return _STATES.get(action, Post.Moderation.VISIBLE)

    @property
    def is_out(self) -> bool:
        return self.moderation == Post.Moderation.VISIBLE

    @property
    def is_reduced(self) -> bool:
        return self.rule is not None and self.rule.action == Rule.Action.REDUCE

    @property
    def suspends(self) -> bool:
        return self.rule is not None and self.rule.action == Rule.Action.SUSPEND

    @property
    def reason(self) -> str:
        """The sentence that the author and the moderator read; "" where no rule decides."""
        if self.rule is None:
            return ""
        done = _DONE[Rule.Action(self.rule.action)]
        return f"{done} by the {self.kind} model (score {self.scores[self.kind]:.2f})."

    def grounds(self, *, model_version: str, words: list[str], case_id: int) -> Grounds:
        """Return what a decision by this verdict rests on."""
        rule = self.rule
        assert rule is not None
        return Grounds(
            rule_code=rule.code,
            rule_text=rule.text,
            policy_id=self.policy_id,
            case_id=case_id,
            model_version=model_version[:64],
            facts={
                "scores": dict(self.scores),
                "thresholds": dict(rule.thresholds),
                "words": words,
            },
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """One version's rules. `version_id` is None where no version is live."""

    version_id: int | None
    rules: tuple[PolicyRule, ...]

    @property
    def asks_for_age(self) -> bool:
        """Whether any rule is about newcomers alone."""
        return any(rule.audience == Rule.Audience.NEWCOMERS for rule in self.rules)

    def judge(
        self, insights: Mapping[str, Any], *, about: str, is_newcomer: bool = False
    ) -> Verdict:
        """Return the gravest of what the rules say of a text with these insights.

        `about` is Rule.About.POSTS or COMMENTS. No query.
        """
        scores = scores_of(insights)
        language = str(insights.get("language", {}).get("code", ""))
        concerned = [
            rule
            for rule in self.rules
            if rule.concerns(about=about, language=language, is_newcomer=is_newcomer)
        ]
        exempt = {
            rule.code
            for rule in concerned
            if rule.action == Rule.Action.ALLOW
            and (not rule.thresholds or rule.kind_reached(scores))
        }
        found = Verdict(policy_id=self.version_id, scores=scores)
        for rule in concerned:
            kind = rule.kind_reached(scores)
            is_grave = _GRAVITY[rule.action] > found.gravity
            if kind and is_grave and rule.code not in exempt:
                found = Verdict(rule, self.version_id, kind, scores)
        return found


def scores_of(insights: Mapping[str, Any]) -> dict[str, float]:
    """Return what the insights score of each kind of Rule.Kind, as far as they do."""
    toxicity = insights.get("toxicity") or {}
    found = {
        **toxicity.get("kinds", {}),
        Rule.Kind.TOXICITY.value: toxicity.get("score"),
        Rule.Kind.SPAM.value: (insights.get("spam") or {}).get("score"),
        Rule.Kind.NUDITY.value: (insights.get("nudity") or {}).get("score"),
    }
    return {kind: float(score) for kind, score in found.items() if score is not None}


def policy_live() -> Policy:
    """Return the live policy. No query where it is cached, else one."""
    return _read(cache.get_or_load(_NAME, _live_load, seconds=POLICY_SECONDS))


def policy_of(version_id: int) -> Policy:
    """Return the policy of one version, live or not. One query."""
    rules = Rule.objects.filter(policy_id=version_id).order_by("pk").values(*_RULE)
    return Policy(version_id, tuple(_rule(row) for row in rules))


def policy_forget() -> None:
    """Have every process read the live policy again. Call it after commit."""
    cache.forget([_NAME])


def _live_load() -> bytes:
    columns = [f"rules__{name}" for name in _RULE]
    rows = PolicyVersion.objects.filter(is_live=True).order_by("rules__pk")
    found = list(rows.values_list("pk", *columns))
    rules = [dict(zip(_RULE, row[1:], strict=True)) for row in found if row[1] is not None]
    return orjson.dumps({"version": found[0][0] if found else None, "rules": rules})


@lru_cache(maxsize=8)
def _read(raw: bytes) -> Policy:
    read = orjson.loads(raw)
    if read["version"] is None:
        return policy_first()
    return Policy(read["version"], tuple(_rule(row) for row in read["rules"]))


def _rule(row: Mapping[str, Any]) -> PolicyRule:
    return PolicyRule(**{**row, "languages": frozenset(row["languages"])})


def policy_first() -> Policy:
    """Return what stands where no version is live, as in a database that was emptied."""
    toxic = PolicyRule(
        "toxicity",
        "Texts that insult, threaten or demean wait for a moderator.",
        {Rule.Kind.TOXICITY.value: settings.SOCIALML_HOLD_ABOVE_TOXICITY},
        Rule.Action.HOLD,
    )
    nude = PolicyRule(
        "nudity",
        "Reels that seem to show nudity wait for a moderator.",
        {Rule.Kind.NUDITY.value: settings.SOCIALML_HOLD_ABOVE_NUDITY},
        Rule.Action.HOLD,
        about=Rule.About.POSTS,
    )
    return Policy(None, (toxic, nude))
