"""A post's hashtags, and the rows that repeat them. The only writer of PostHashtag."""

from collections.abc import Iterable, Sequence

from django.conf import settings

from posts.models import PostHashtag
from socialml.core.errors import Invalid
from socialml.core.text import fold, hashtags_of

LONGEST_HASHTAG = 64


class TooManyHashtags(Invalid):
    """A post carries more hashtags than MAX_HASHTAGS_PER_POST."""

    code = "too_many_hashtags"


class InvalidHashtag(Invalid):
    """A hashtag given beside the content could not stand in a content."""

    code = "invalid_hashtag"


def hashtags_merge(content: str, given: Iterable[str] = ()) -> list[str]:
    """Return the hashtags of `content` and those `given` beside it, folded, each once, in order.

    :raises InvalidHashtag: if a given one is not letters, digits and underscores.
    :raises TooManyHashtags: if there are more than MAX_HASHTAGS_PER_POST.
    """
    names = [name for name in hashtags_of(content) if len(name) <= LONGEST_HASHTAG]
    merged = list(dict.fromkeys([*names, *map(_hashtag_fold, given)]))
    most = settings.MAX_HASHTAGS_PER_POST
    if len(merged) > most:
        text = f"A post has at most {most} hashtags; this one has {len(merged)}."
        raise TooManyHashtags(text, fields={"hashtags": [text]})
    return merged


def hashtags_write(*, post_id: int, names: Sequence[str]) -> None:
    """Make the post's rows those of `names`: rows that stay are not touched."""
    present = set(PostHashtag.objects.filter(post_id=post_id).values_list("name", flat=True))
    gone = present - set(names)
    if gone:
        PostHashtag.objects.filter(post_id=post_id, name__in=gone).delete()
    PostHashtag.objects.bulk_create(
        [PostHashtag(post_id=post_id, name=name) for name in names if name not in present]
    )


def _hashtag_fold(given: str) -> str:
    name = fold(given.strip().removeprefix("#"))
    if len(name) > LONGEST_HASHTAG or hashtags_of(f"#{name}") != [name]:
        text = f"“{given[:70]}” is no hashtag: use letters, digits and underscores."
        raise InvalidHashtag(text, fields={"hashtags": [text]})
    return name
