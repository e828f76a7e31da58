"""Names of segments, by what sets each apart."""

from collections import Counter

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


def segment_names(model: Segments) -> list[str]:
    """Return a name for each group, each different, from its two strongest traits."""
    names = []
    for group in range(len(model.sizes_)):
        words = [
            _WORDS[trait][0 if value > 0 else 1]
            for trait, value in model.traits(group, count=2)
            if abs(value) >= _APART
        ]
        text = " and ".join(words) or "like most"
        names.append(text[:1].upper() + text[1:])
    seen: Counter[str] = Counter()
    told_apart = []
    for name in names:
        seen[name] += 1
        told_apart.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told_apart
