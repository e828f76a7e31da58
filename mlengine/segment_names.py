"""Names of segments, by what sets each apart."""

from collections.abc import Mapping

from mlengine.estimators.segments import Segments

# What to call a group far above, or far below, the mean of all accounts.
_WORDS: dict[str, tuple[str, str]] = {
    "days_since_last_act": ("away for a while", "here just now"),
    "acts_last_month": ("very active", "rarely active"),
    "active_days_last_month": ("here most days", "here now and then"),
    "engagements_last_month": ("generous with likes and comments", "quiet viewers"),
    "posts_last_month": ("creators", "not posting"),
    "skip_share": ("quick to skip", "patient viewers"),
    "mean_watch_seconds": ("watching long", "watching briefly"),
    "reel_share": ("reel watchers", "readers"),
    "night_share": ("night owls", "day people"),
    "weekend_share": ("weekend people", "weekday people"),
}
# Closer to the mean, in standard deviations, nothing sets a group apart.
_APART = 0.35
_NAMED_BY = 2


def telling_traits(model: Segments, group: int) -> dict[str, float]:
    """Return the traits a group is named by, at most two, the strongest first."""
    found = model.traits(group, count=_NAMED_BY)
    return {trait: value for trait, value in found if abs(value) >= _APART}


def words_of(traits: Mapping[str, float]) -> str:
    """Return a name that says these traits, given as standard deviations from the mean.

    >>> words_of({"night_share": 2.1, "skip_share": -0.4}), words_of({})
    ('Night owls and patient viewers', 'Like most')
    """
    words = [_WORDS[trait][0 if value > 0 else 1] for trait, value in traits.items()]
    text = " and ".join(words) or "like most"
    return text[:1].upper() + text[1:]


def still_apart(named_for: Mapping[str, float], model: Segments, group: int) -> bool:
    """Return whether a group still differs as a name says that was given for these traits."""
    if not named_for:
        return not telling_traits(model, group)
    now = dict(model.traits(group, count=len(_WORDS)))
    return all(
        abs(now[trait]) >= _APART and now[trait] * value > 0 for trait, value in named_for.items()
    )
