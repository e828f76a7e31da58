"""The limits and intervals of the product."""

from socialml.settings.env import env

MAX_POST_LENGTH = env.int("MAX_POST_LENGTH", default=2200)
MAX_HASHTAGS_PER_POST = env.int("MAX_HASHTAGS_PER_POST", default=10)
MAX_VIDEO_DURATION_SECONDS = env.int("MAX_VIDEO_DURATION_SECONDS", default=300)
MAX_VIDEO_SIZE_BYTES = env.int("MAX_VIDEO_SIZE_BYTES", default=200 * 1024 * 1024)
RECOMMENDATION_BATCH_SIZE = env.int("RECOMMENDATION_BATCH_SIZE", default=20)
CONTENT_SIMILARITY_THRESHOLD = env.float("CONTENT_SIMILARITY_THRESHOLD", default=0.3)
RETRAIN_INTERVAL_HOURS = env.int("RETRAIN_INTERVAL_HOURS", default=24)
ANALYTICS_RETENTION_DAYS = env.int("ANALYTICS_RETENTION_DAYS", default=90)
TRENDING_TIME_WINDOW_HOURS = env.int("TRENDING_TIME_WINDOW_HOURS", default=24)

# A view shorter than this counts as a skip: seen, not liked.
SOCIALML_SKIP_BELOW_MS = 1500
# At or above it a text is held for a moderator before anyone else sees it.
SOCIALML_HOLD_ABOVE_TOXICITY = env.float("SOCIALML_HOLD_ABOVE_TOXICITY", default=0.9)
# Items a stored slate holds.
SOCIALML_SLATE_LENGTH = 100
# Most items of one author in any ten of a slate.
SOCIALML_SLATE_AUTHOR_SHARE = 2
