"""The categories that people may put a post in. Importers may store others."""

CATEGORIES = (
    "art",
    "beauty",
    "books",
    "comedy",
    "dance",
    "education",
    "fashion",
    "fitness",
    "food",
    "gaming",
    "health",
    "lifestyle",
    "music",
    "nature",
    "news",
    "pets",
    "science",
    "sports",
    "technology",
    "travel",
)
