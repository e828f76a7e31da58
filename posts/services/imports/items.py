"""Items of a file as posts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from analytics.models import Event
from mlengine.inference import texts_insights
from posts.models import Decision, Post, PostHashtag, Rule
from posts.services.fragments import fragment_write
from posts.services.imports.interactions import LONGEST_ITEM
from posts.services.imports.reading import Rejects, RowRefused, Table, moment_read, table_open
from posts.services.policy import Verdict, policy_live
from posts.services.scoring import TextScore
from posts.services.verdicts import VERDICT_COLUMNS, verdict_row
from profiles.models import User
from socialml.core.bulk import rows_insert
from socialml.core.counters import counters_add
from socialml.core.ids import ids_reserve
from socialml.core.progress import progress
from socialml.core.text import fold, text_clean

_AT_ONCE = 1_000
_LONGEST_CATEGORY = 40
_LONGEST_HASHTAG = 64
_MOST_WORDS_IN_A_HASHTAG = 3
# A sign may stand apart from its words, as it does in translated titles: "# funny story".
_TAGGED = re.compile(r"#\s*([^#,.!?;:\n]+)")
_NOT_IN_HASHTAGS = re.compile(r"[^\w]+")
_POST = (
    *("id", "external_id", "kind", "author_id", "content", "category", "hashtags", "language"),
    *("insights", "sentiment", "moderation", "moderation_reason", "is_reduced"),
    *("published_at", "media"),
    *("fragment", "like_count", "comment_count", "save_count", "share_count", "view_count"),
)
_EVENT = (
    *("kind", "actor_id", "post_id", "target_id", "post_kind", "category", "hashtags"),
    *("language", "query", "occurred_at", "recorded_at"),
)


@dataclass(slots=True)
class Item:
    """One item as its file describes it. `author` is "" where nobody knows it."""

    name: str
    content: str
    author: str = ""
    category: str = ""
    hashtags: list[str] = field(default_factory=list)
    published_at: datetime | None = None


def items_read(path: Path, *, rejects: Rejects, at: datetime) -> dict[str, Item]:
    """Read a file with the column item.

    It may also have author, title, category, hashtags, created and genres.

    :raises FileRefused: if it cannot be read or lacks a column.
    """
    found: dict[str, Item] = {}
    with table_open(path, needed=("item",), rejects=rejects) as table:
        for line, row in progress(table.rows, label=f"reading {path.name}"):
            try:
                item = _item_read(table, row, latest=at)
                if item.name in found:
                    raise RowRefused("repeated_item")
            except RowRefused as refusal:
                rejects.add(line=line, reason=str(refusal), row=row)
                continue
            found[item.name] = item
    return found


def items_store(
    items: Sequence[Item], *, source: str, author_ids: dict[str, int], at: datetime
) -> tuple[dict[str, int], int]:
    """Insert the items that are not there yet as posts; return all post ids, and how many are new.

    Each thousand is one transaction, so a run that was killed goes on where it stopped.
    """
    ids: dict[str, int] = {}
    new = 0
    source_items = iter(progress(items, label="writing items", total=len(items)))
    while batch := list(islice(source_items, _AT_ONCE)):
        names = {f"{source}:{item.name}": item.name for item in batch}
        rows = Post.objects.filter(external_id__in=names).values_list("external_id", "id")
        known = {str(external): pk for external, pk in rows}
        ids.update((names[external], pk) for external, pk in known.items())
        fresh = [item for item in batch if f"{source}:{item.name}" not in known]
        if fresh:
            ids.update(_batch_store(fresh, source, author_ids, at))
        new += len(fresh)
    return ids, new


@transaction.atomic
def _batch_store(
    items: list[Item], source: str, author_ids: dict[str, int], at: datetime
) -> dict[str, int]:
    policy = policy_live()
    scores = [TextScore(one.as_dict()) for one in texts_insights([i.content for i in items])]
    said = [policy.judge(score.insights, about=Rule.About.POSTS) for score in scores]
    post_ids = ids_reserve(Post, len(items))
    authors = [author_ids[item.author] for item in items]
    full = list(zip(post_ids, items, scores, authors, strict=True))
    rows = (_post_row(*one, v, source, at) for one, v in zip(full, said, strict=True))
    rows_insert(Post, _POST, rows)
    rows_insert(
        PostHashtag,
        ("post_id", "name"),
        ((pk, name) for pk, item, _, _ in full for name in item.hashtags),
    )
    posted = (_event_row(Event.Kind.POSTED, a, p, i, s, at) for p, i, s, a in full)
    rows_insert(Event, _EVENT, posted)
    judged = [(*one, v) for one, v in zip(full, said, strict=True) if v.rule is not None]
    taken = (_event_row(_taken(v), None, p, i, s, at, of=a) for p, i, s, a, v in judged)
    rows_insert(Event, _EVENT, taken)
    decided = (
        verdict_row(v, s.insights, account_id=a, post_id=p, at=at) for p, _, s, a, v in judged
    )
    rows_insert(Decision, VERDICT_COLUMNS, decided)
    fragment_write(post_ids)
    out = (a for a, v in zip(authors, said, strict=True) if v.is_out)
    counters_add(User, "post_count", _counted(out))
    return {item.name: pk for pk, item in zip(post_ids, items, strict=True)}


def _post_row(
    pk: int,
    item: Item,
    score: TextScore,
    author_id: int,
    verdict: Verdict,
    source: str,
    at: datetime,
) -> tuple[Any, ...]:
    said = verdict.moderation, "" if verdict.is_out else verdict.reason, verdict.is_reduced
    return (
        *(pk, f"{source}:{item.name}", Post.Kind.POST, author_id, item.content, item.category),
        *(item.hashtags, score.language, score.insights, score.sentiment, *said),
        *(item.published_at or at, {}, "", 0, 0, 0, 0, 0),
    )


def _taken(verdict: Verdict) -> Event.Kind:
    return Event.Kind.REDUCED if verdict.is_reduced else Event.Kind.HIDDEN


def _event_row(
    kind: Event.Kind,
    actor_id: int | None,
    post_id: int,
    item: Item,
    score: TextScore,
    at: datetime,
    *,
    of: int | None = None,
) -> tuple[Any, ...]:
    return (
        *(kind, actor_id, post_id, actor_id if of is None else of, Post.Kind.POST),
        *(item.category, item.hashtags, score.language, "", item.published_at or at, at),
    )


def _counted(ids: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for pk in ids:
        counts[pk] = counts.get(pk, 0) + 1
    return counts


def _item_read(table: Table, row: list[str], *, latest: datetime) -> Item:
    name = table.value(row, "item")
    if not 0 < len(name) <= LONGEST_ITEM:
        raise RowRefused("bad_item")
    content = text_clean(table.value(row, "title"))[: settings.MAX_POST_LENGTH]
    genres = [genre for genre in table.value(row, "genres").split("|") if genre]
    category = table.value(row, "category") or (genres[0] if genres else "")
    created = table.value(row, "created")
    given = [*re.split(r"[\s,|]+", table.value(row, "hashtags")), *genres]
    return Item(
        name=name,
        content=content or f"Item {name}",
        author=table.value(row, "author").lower(),
        category=fold(category)[:_LONGEST_CATEGORY],
        hashtags=list(dict.fromkeys(_hashtags(content, given)))[: settings.MAX_HASHTAGS_PER_POST],
        published_at=(
            datetime.fromtimestamp(moment_read(created, latest=latest), UTC) if created else None
        ),
    )


def _hashtags(content: str, given: Iterable[str]) -> Iterator[str]:
    tagged = ("".join(text.split()[:_MOST_WORDS_IN_A_HASHTAG]) for text in _TAGGED.findall(content))
    for text in (*tagged, *given):
        name = _NOT_IN_HASHTAGS.sub("", fold(text))
        if name and not name.isdigit() and len(name) <= _LONGEST_HASHTAG:
            yield name
