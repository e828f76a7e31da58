"""What the feed's model is blended from."""

from django.core.exceptions import ImproperlyConfigured

from socialml.settings.env import env

_NAME = "SOCIALML_FEED_SOURCES"
_DEFAULT = (
    *("item-neighbours", "item-regression", "transitions", "sequence-regression"),
    *("content-similarity", "popularity"),
)
# These cost a daily training more than they add where the order of choices is known.
_MORE = ("graph-filter", "matrix-factorisation")


def feed_sources() -> list[str]:
    """Return the sources' names, separated by commas in the environment.

    :raises ImproperlyConfigured: if a name is unknown, or there is none.
    """
    names: list[str] = env.list(_NAME, default=list(_DEFAULT))
    unknown = sorted(set(names) - {*_DEFAULT, *_MORE})
    if unknown or not names:
        known = ", ".join((*_DEFAULT, *_MORE))
        raise ImproperlyConfigured(f"{_NAME} must name some of: {known}.")
    return names
