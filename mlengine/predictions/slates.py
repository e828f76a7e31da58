"""Rankings as a page is made of them, and the bytes that stand for one in the cache."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from mlengine.models import Slate
from socialml.core import cache
from socialml.core.moments import spell
from socialml.core.redis import Command, key

# How long Redis keeps a slate; also how long a lost message to Redis can leave an old one there.
SLATE_SECONDS = 600
# The model version of a shared slate that no counts stand behind.
NEWEST = "newest"

_ABSENT = b"null"
# Stands in no JSON that is written in one line.
_LINE = b"\n"
# A slate, and the values whose keys are a prefix and the ids of its first items.
_OPENED = """
    local slate = redis.call('GET', KEYS[1])
    local ids = slate and string.match(slate, '"ids":%[([%d,]+)')
    if not ids then
        return {slate, {}}
    end
    local keys = {}
    for id in string.gmatch(ids, '%d+') do
        if #keys == tonumber(ARGV[2]) then
            break
        end
        keys[#keys + 1] = ARGV[1] .. id
    end
    return {slate, redis.call('MGET', unpack(keys))}
"""
_SOURCES = {
    Slate.Audience.ACCOUNT: "personal",
    Slate.Audience.COHORT: "cohort",
    Slate.Audience.EVERYONE: "trending",
}


@dataclass(frozen=True, slots=True)
class StoredSlate:
    """One ranking, best first, as pages are made of it. The lists run side by side.

    `source` is personal, cohort, trending or newest; `computed_at` is ISO 8601. `whys` say why each
    item stands where it does, as JSON: its reason, the names of its sources, its score and its
    place from 0. A page needs few of them, so they are read one by one.
    """

    id: int
    audience: str
    audience_id: int
    surface: str
    source: str
    model_version: str
    computed_at: str
    ids: list[int]
    authors: list[int]
    whys: list[bytes]

    @property
    def reasons(self) -> list[str]:
        return [orjson.loads(why)["reason"] for why in self.whys]

    @property
    def sources(self) -> list[list[str]]:
        """What proposed each item, the strongest first."""
        return [orjson.loads(why)["sources"] for why in self.whys]

    @property
    def scores(self) -> list[float]:
        return [orjson.loads(why)["score"] for why in self.whys]


def slate_name(user_id: int, surface: str) -> str:
    """Return the cache name of the account's own slate, for a pipeline that reads several."""
    return f"slate:{surface}:{user_id}"


def shared_name(audience: str, audience_id: int, surface: str) -> str:
    """Return the cache name of the slate of a cohort, or of everyone (id 0)."""
    return f"slate:{surface}:{audience}:{audience_id}"


def opening_command(user_id: int, surface: str, *, prefix: str, most: int) -> Command:
    """Return what asks Redis for the account's own slate and for its first items at once.

    The answer is the slate's bytes, or None, and the cached values called `prefix` and the id of
    each of the first `most` items, None for each that is missing.
    """
    return ("EVAL", _OPENED, 1, key(slate_name(user_id, surface)), key(prefix), most)


def slate_decode(raw: bytes | None) -> StoredSlate | None:
    """Return the slate whose bytes the cache held; None for a known absence and an empty slate.

    A slate is empty where its owner has seen all there is: what everyone sees comes next.
    """
    if raw is None or raw == _ABSENT:
        return None
    head, *whys = raw.split(_LINE)
    return StoredSlate(**orjson.loads(head), whys=whys) if whys else None


def slate_encode(slate: Slate) -> bytes:
    """Return the slate's bytes in the cache: a line for all of it, and one for each item's why."""
    items = orjson.loads(slate.items)
    head = {
        "id": slate.pk,
        "audience": slate.audience,
        "audience_id": slate.audience_id,
        "surface": slate.surface,
        "source": source_of(slate),
        "model_version": slate.model_version,
        "computed_at": spell(slate.computed_at),
        "ids": items["ids"],
        "authors": items["authors"],
    }
    reasoned = zip(items["reasons"], items["sources"], items["scores"], strict=True)
    whys = [
        orjson.dumps({"reason": said, "sources": names, "score": score, "position": place})
        for place, (said, names, score) in enumerate(reasoned)
    ]
    return _LINE.join([orjson.dumps(head), *whys])


def slate_for(user_id: int, surface: str) -> StoredSlate | None:
    """Return the account's newest own slate. One round trip; one query where it is not cached."""
    name = slate_name(user_id, surface)
    load = partial(_newest, Slate.Audience.ACCOUNT, user_id, surface)
    return slate_decode(cache.get_or_load(name, load, seconds=SLATE_SECONDS))


def slate_shared(audience: str, audience_id: int, surface: str) -> StoredSlate | None:
    """Return the newest slate of a cohort ("cohort", its id) or of everyone ("everyone", 0)."""
    name = shared_name(audience, audience_id, surface)
    load = partial(_newest, audience, audience_id, surface)
    return slate_decode(cache.get_or_load(name, load, seconds=SLATE_SECONDS))


def slate_by_id(slate_id: int) -> StoredSlate | None:
    """Return one slate that a cursor froze, or None if it is no longer kept.

    The caller compares `audience` and `audience_id` with its viewer.
    """
    load = partial(_encoded, Slate.objects.filter(pk=slate_id).first)
    return slate_decode(cache.get_or_load(f"slateid:{slate_id}", load, seconds=SLATE_SECONDS))


def source_of(slate: Slate) -> str:
    """Return what clients are told the slate is: personal, cohort, trending or newest."""
    is_newest = slate.model_version == NEWEST
    return NEWEST if is_newest else _SOURCES[Slate.Audience(slate.audience)]


def _newest(audience: str, audience_id: int, surface: str) -> bytes:
    rows = Slate.objects.filter(audience=audience, audience_id=audience_id, surface=surface)
    return _encoded(rows.order_by("-id").first)


def _encoded(find: Any) -> bytes:
    row = find()
    return _ABSENT if row is None else slate_encode(row)
