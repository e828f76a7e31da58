"""What was planted in the demo community, kept so that what is found can be held against it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from posts.services.demo.accounts import HABITS, USUAL
from posts.services.demo.draft import Draft


@dataclass(frozen=True, slots=True)
class Planted:
    """Who left for good, who has which habit, and what burst when."""

    # When it left, by account.
    left_at: dict[int, datetime]
    # The accounts of each habit but the usual.
    habits: dict[str, set[int]]
    # All accounts of the community.
    account_ids: set[int]
    # When each post of a burst came out, by hashtag, ascending.
    bursts: dict[str, list[datetime]]
    made_at: datetime


def planted_write(draft: Draft, *, user_ids: list[int], file: Path, at: datetime) -> None:
    """Write what the draft planted, by the ids it was stored under."""
    people, posts, ids = draft.accounts, draft.posts, np.array(user_ids)
    published = posts.published[posts.is_burst & ~draft.is_held]
    told: dict[str, Any] = {
        "made_at": at.isoformat(),
        "account_ids": user_ids,
        "left_at": {
            str(ids[i]): _moment(people.left[i]).isoformat()
            for i in np.flatnonzero(people.is_churned)
        },
        "habits": {
            name: ids[people.habit == place].tolist()
            for place, name in enumerate(HABITS)
            if place != USUAL
        },
        "bursts": {draft.words.burst_hashtag: [_moment(t).isoformat() for t in published]},
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told))


def planted_read(file: Path) -> Planted:
    """Read what planted_write wrote.

    :raises OSError: if there is no such file.
    :raises ValueError: if it holds something else.
    """
    try:
        told = json.loads(file.read_text())
        return Planted(
            left_at={int(pk): datetime.fromisoformat(at) for pk, at in told["left_at"].items()},
            habits={name: set(ids) for name, ids in told["habits"].items()},
            account_ids=set(told["account_ids"]),
            bursts={
                name: [datetime.fromisoformat(at) for at in moments]
                for name, moments in told["bursts"].items()
            },
            made_at=datetime.fromisoformat(told["made_at"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{file}: this is not what a seeding writes.") from error


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(float(seconds), 3), UTC)
