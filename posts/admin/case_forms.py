"""What the queue's address asks for, and what a moderator decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from posts.models import Case, Rule
from posts.services import Ruling

# A page of the queue holds fewer.
_MOST_AT_ONCE = 90
_FOUND_NOTHING = "Looked at: it may stay."


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases the queue shows."""

    STATES: ClassVar = (
        ("open", "Open"),
        ("mine", "Mine"),
        ("decided", "Decided"),
        ("moot", "Moot"),
    )

    state: str = "open"
    about: str = ""
    words: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> CaseFilter:
        """Return what an address asks for; what makes no sense asks for nothing."""
        state, about, words = (str(given.get(name, "")) for name in ("state", "about", "q"))
        return cls(
            state=state if state in dict(cls.STATES) else "open",
            about=about if about in Case.About.values else "",
            words=words.replace("\0", "").strip()[:100],
        )

    def among(self, cases: QuerySet[Case], *, moderator_id: int, at: datetime) -> QuerySet[Case]:
        """Keep the cases that the filter shows to the moderator."""
        if self.state == "mine":
            cases = cases.filter(
                state=Case.State.OPEN, claimed_by_id=moderator_id, claimed_until__gt=at
            )
        else:
            cases = cases.filter(state=self.state)
        if self.about:
            cases = cases.filter(about=self.about)
        if not self.words:
            return cases
        found = (
            Q(account__username__icontains=self.words)
            | Q(about=Case.About.POST, post__content__icontains=self.words)
            | Q(comment__content__icontains=self.words)
        )
        if self.words.isascii() and self.words.isdigit() and len(self.words) < 19:
            found |= Q(pk=int(self.words)) | Q(post_id=int(self.words))
        return cases.filter(found)

    @property
    def is_open(self) -> bool:
        """Whether it shows cases that wait, which are sorted by urgency."""
        return self.state in ("open", "mine")

    def query(self, **changes: str) -> str:
        """Return the filter as the query of an address, with some of it changed."""
        other = replace(self, **changes)
        asked = {"state": other.state, "about": other.about, "q": other.words}
        return urlencode({name: value for name, value in asked.items() if value})


class CaseIds(forms.Field):
    """The chosen cases, each once, in the order of the page."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[int]:
        ids = list(dict.fromkeys(value or ()))
        if not ids:
            raise ValidationError("Choose at least one case: x selects the one in focus.")
        if len(ids) > _MOST_AT_ONCE:
            raise ValidationError(f"Choose at most {_MOST_AT_ONCE} cases at once.")
        if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in ids):
            raise ValidationError("These are no cases: reload the page.")
        return [int(one) for one in ids]


class RulingForm(forms.Form):
    """A ruling on the chosen cases. The reason, or else the rule's text, is for the author."""

    case = CaseIds()
    ruling = forms.ChoiceField(
        choices=Ruling.choices,
        error_messages={
            "required": "Choose what to do: g keeps, e reduces, r removes, s suspends.",
            "invalid_choice": "There is no such ruling: reload the page.",
        },
    )
    rule = forms.CharField(max_length=40, required=False)
    reason = forms.CharField(max_length=200, required=False)

    @staticmethod
    def rules() -> list[Rule]:
        """Return the rules of the live policy that a decision may rest on, one of each code."""
        live = Rule.objects.filter(policy__is_live=True).exclude(action=Rule.Action.ALLOW)
        return list({rule.code: rule for rule in live.order_by("code", "-pk")}.values())

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        if said.get("reason") or "ruling" not in said:
            return said
        text = {rule.code: rule.text for rule in self.rules()}.get(said.get("rule", ""), "")
        if said["ruling"] == Ruling.KEEP:
            text = _FOUND_NOTHING
        if not text:
            raise ValidationError("Say why, or choose the rule: the account concerned reads it.")
        said["reason"] = text[:200]
        return said
