"""What proposes posts: every source's name, and what it says of a post in plain words.

The one list of names that slates may give a source.
"""

# Of a post it proposes, as the end of "You are shown this because it is …".
SOURCES: dict[str, str] = {
    "following": "from somebody you follow",
    "friends-of-friends": "from an account that somebody you follow follows",
    "friends-likes": "liked by several among those you follow and those they follow",
    "interests": "about something you named as an interest",
    "item-neighbours": "liked by people who liked what you liked",
    "item-regression": "what your likes, taken together, point to",
    "graph-filter": "liked by people whose tastes are near yours",
    "matrix-factorisation": "close to your taste as a whole",
    "transitions": "what people go on to after what you liked last",
    "sequence-regression": "what your last likes, taken together, lead to",
    "content-similarity": "like posts you liked, by its words and hashtags",
    "content-vectors": "like posts you liked, by what it shows, sounds like and means",
    "popularity": "popular with everybody",
    "trending": "gathering attention right now",
    "fresh": "new",
    "cohort": "popular with people who use this as you do",
    "newest": "among the newest",
    "busy-author": "by somebody who posted a lot lately",
    "dismissed": "like posts you asked for less of",
    "skipped": "like posts you skipped just now",
    "ranker": "placed by how likely you are to watch, like, share or skip it",
    "exploration": "a try: little is known yet of who likes it",
}

# Those that people may weigh; the others rank lists that are nobody's own.
WEIGHABLE = tuple(name for name in SOURCES if name not in ("cohort", "newest"))


def source_words(name: str) -> str:
    """Return what the source says in plain words; its name where it has none."""
    return SOURCES.get(name, name)
