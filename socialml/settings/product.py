"""The limits and intervals of the product."""

from django.core.exceptions import ImproperlyConfigured

from socialml.settings.env import env
from socialml.settings.outcomes import outcome_weights
from socialml.settings.sources import feed_sources

MAX_POST_LENGTH = env.int("MAX_POST_LENGTH", default=2200)
MAX_HASHTAGS_PER_POST = env.int("MAX_HASHTAGS_PER_POST", default=10)
MAX_VIDEO_DURATION_SECONDS = env.int("MAX_VIDEO_DURATION_SECONDS", default=300)
MAX_VIDEO_SIZE_BYTES = env.int("MAX_VIDEO_SIZE_BYTES", default=200 * 1024 * 1024)
# An upload holds what its maker's phone wrote into it, the place included; what people are shown
# holds nothing of that. Kept, its author alone can fetch it.
SOCIALML_KEEP_ORIGINALS = env.bool("SOCIALML_KEEP_ORIGINALS", default=False)
# Threads of one encoder; a worker of the queue `media` makes one video at a time.
SOCIALML_TRANSCODE_THREADS = env.int("SOCIALML_TRANSCODE_THREADS", default=2)
# Uploads in parts: how many bytes a part has (nginx takes up to 16 MiB), for how long one may be
# finished, and how many of an account may be open at once, with how many bytes announced.
SOCIALML_UPLOAD_PART_BYTES = env.int("SOCIALML_UPLOAD_PART_BYTES", default=8 * 1024 * 1024)
if SOCIALML_UPLOAD_PART_BYTES < 1:
    raise ImproperlyConfigured("SOCIALML_UPLOAD_PART_BYTES must be 1 or more.")
SOCIALML_UPLOAD_HOURS = env.int("SOCIALML_UPLOAD_HOURS", default=24)
SOCIALML_UPLOADS_OPEN = env.int("SOCIALML_UPLOADS_OPEN", default=5)
SOCIALML_UPLOADS_OPEN_BYTES = env.int(
    "SOCIALML_UPLOADS_OPEN_BYTES", default=3 * MAX_VIDEO_SIZE_BYTES
)
RECOMMENDATION_BATCH_SIZE = env.int("RECOMMENDATION_BATCH_SIZE", default=20)
CONTENT_SIMILARITY_THRESHOLD = env.float("CONTENT_SIMILARITY_THRESHOLD", default=0.3)
RETRAIN_INTERVAL_HOURS = env.int("RETRAIN_INTERVAL_HOURS", default=24)
ANALYTICS_RETENTION_DAYS = env.int("ANALYTICS_RETENTION_DAYS", default=90)
TRENDING_TIME_WINDOW_HOURS = env.int("TRENDING_TIME_WINDOW_HOURS", default=24)
# Whether a name is listed as trending only once somebody of the staff approved it.
SOCIALML_TRENDS_GATED = env.bool("SOCIALML_TRENDS_GATED", default=False)

# A view shorter than this counts as a skip: seen, not liked.
SOCIALML_SKIP_BELOW_MS = 1500
# Where the first version of the policy begins to hold a text for its toxicity: read by the
# migration that makes it, and where no version is live. Later versions say for themselves.
SOCIALML_HOLD_ABOVE_TOXICITY = env.float("SOCIALML_HOLD_ABOVE_TOXICITY", default=0.9)
# The same for how likely a reel's pictures show nudity; above 1 nothing is held for it.
SOCIALML_HOLD_ABOVE_NUDITY = env.float("SOCIALML_HOLD_ABOVE_NUDITY", default=0.8)
# Younger accounts are the policy's newcomers.
SOCIALML_NEWCOMER_DAYS = env.int("SOCIALML_NEWCOMER_DAYS", default=7)
# What the feed's model is blended from.
SOCIALML_FEED_SOURCES = feed_sources()
# Items a stored slate holds.
SOCIALML_SLATE_LENGTH = 100
# Most items of one author in any ten of a slate.
SOCIALML_SLATE_AUTHOR_SHARE = 2
# How much a slate goes by what an item is worth; the rest is by how little it is like those
# placed shortly before it. 1 leaves likeness out.
SOCIALML_SLATE_RELEVANCE = env.share("SOCIALML_SLATE_RELEVANCE", default=0.8)
# Posts an author may publish in the window before theirs weigh less; strength 0 never weighs less,
# 1 gives all of an author's posts together what so many free ones weigh.
SOCIALML_BUSY_AUTHOR_FREE_POSTS = 5
SOCIALML_BUSY_AUTHOR_WINDOW_HOURS = 24
SOCIALML_BUSY_AUTHOR_STRENGTH = env.share("SOCIALML_BUSY_AUTHOR_STRENGTH", default=0.5)
# What somebody skips counts against its author and topic for so long.
SOCIALML_SESSION_MINUTES = 30
# One of so many places of a personal slate tries out a post that few have seen; 0 tries none.
SOCIALML_EXPLORATION_EVERY = env.int("SOCIALML_EXPLORATION_EVERY", default=10)
# A new post is tried out until it was shown this often, for so many days at most.
SOCIALML_EXPLORATION_IMPRESSIONS = env.int("SOCIALML_EXPLORATION_IMPRESSIONS", default=100)
SOCIALML_EXPLORATION_DAYS = env.int("SOCIALML_EXPLORATION_DAYS", default=7)
# What an outcome of showing a post is worth to the learned ranker.
SOCIALML_OUTCOME_WEIGHTS = outcome_weights()
# So many strikes that neither expired nor were lifted suspend an account, 0 never; how many days
# one counts.
SOCIALML_STRIKES_TO_SUSPEND = env.int("SOCIALML_STRIKES_TO_SUSPEND", default=3)
SOCIALML_STRIKE_DAYS = env.int("SOCIALML_STRIKE_DAYS", default=90)
# How long after a decision one may appeal.
SOCIALML_APPEAL_DAYS = env.int("SOCIALML_APPEAL_DAYS", default=180)
# A moderator who claimed a case has it to themselves for so long.
SOCIALML_CLAIM_MINUTES = env.int("SOCIALML_CLAIM_MINUTES", default=15)
# An account's record of upheld reports counts as if so many more had been answered evenly.
SOCIALML_REPORTER_PRIOR = 4
