"""What the demo community publishes."""

from dataclasses import dataclass

import numpy as np

from posts.services.demo.accounts import (
    Accounts,
    Flags,
    Floats,
    Ints,
    taste_draw,
    times_draw,
)
from posts.services.demo.vocabulary import LANGUAGES, SIDES, Vocabulary

BURST_SHARE = 0.02
BURST_HOURS = 20
# Of a toxic account's posts, how many are.
TOXIC_POSTS = 0.3


@dataclass(frozen=True, slots=True)
class Posts:
    """One entry a post, in order of publication."""

    author: Ints
    topic: Ints
    side: Ints
    language: Ints
    quality: Floats  # what everybody likes about it, standard normal
    published: Floats
    content: list[str]
    is_burst: Flags
    is_reel: Flags

    def __len__(self) -> int:
        return len(self.content)


def posts_draw(
    rng: np.random.Generator,
    accounts: Accounts,
    *,
    count: int,
    reels: int,
    end: float,
    words: Vocabulary,
) -> Posts:
    """Draw `count` posts, `reels` of them reels: authors by industry, topics by taste."""
    author = rng.choice(len(accounts), count, p=accounts.authorship / accounts.authorship.sum())
    published = times_draw(rng, accounts, author)
    is_burst = np.zeros(count, dtype=bool)
    is_burst[: _burst_count(count)] = True
    published = np.where(is_burst, _burst_times(rng, count, end), published)
    # Whoever had left by then, or is not there yet, does not join the burst.
    is_there = (accounts.joined[author] < published) & (published < accounts.left[author])
    is_burst &= is_there
    published = np.where(is_there, published, times_draw(rng, accounts, author))
    order = np.argsort(published, kind="stable")
    author, published, is_burst = author[order], published[order], is_burst[order]
    topic = np.where(is_burst, words.burst_topic, taste_draw(rng, accounts, author))
    loves = rng.random(count) < 0.6
    side = np.where(loves, accounts.side[author, topic], rng.integers(0, SIDES, count))
    quality = rng.normal(0, 1, count) + np.where(is_burst, 1.5, 0.0)
    toxic = accounts.is_toxic[author] & (rng.random(count) < TOXIC_POSTS) & ~is_burst
    pick = rng.integers(0, 1_000_000, count)
    language = accounts.language[author]
    return Posts(
        author=author,
        topic=topic,
        side=side,
        language=language,
        quality=quality,
        published=published,
        content=_contents(words, topic, side, language, pick, is_burst, toxic),
        is_burst=is_burst,
        is_reel=_reels(toxic, most=reels),
    )


def _contents(
    words: Vocabulary,
    topic: Ints,
    side: Ints,
    language: Ints,
    pick: Ints,
    is_burst: Flags,
    is_toxic: Flags,
) -> list[str]:
    columns = (topic, side, language, pick, is_burst, is_toxic)
    found = []
    for t, s, tongue, p, burst, toxic in zip(*(c.tolist() for c in columns), strict=True):
        if toxic:
            found.append(words.toxic_caption(topic=t, side=s, pick=p))
        elif burst:
            found.append(words.burst_caption(language=LANGUAGES[tongue], pick=p))
        else:
            found.append(words.caption(topic=t, side=s, language=LANGUAGES[tongue], pick=p))
    return found


def _burst_count(count: int) -> int:
    return min(count // 4, max(8, int(count * BURST_SHARE)))


def _burst_times(rng: np.random.Generator, count: int, end: float) -> Floats:
    # Growing towards now, as a rumour does.
    return end - 300 - BURST_HOURS * 3600 * (1 - rng.power(2.0, count))


def _reels(is_toxic: Flags, *, most: int) -> Flags:
    """Make every third of the newest harmless posts a reel."""
    is_reel = np.zeros(len(is_toxic), dtype=bool)
    is_reel[np.flatnonzero(~is_toxic)[::-1][::3][:most]] = True
    return is_reel
