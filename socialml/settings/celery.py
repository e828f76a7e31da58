"""The broker, the queues, and the one beat table."""

from django.core.exceptions import ImproperlyConfigured

from socialml.settings.cache import REDIS_URL
from socialml.settings.env import celery_url, env
from socialml.settings.product import RETRAIN_INTERVAL_HOURS

# The celery command reads this variable by itself too, so it must be spelled Celery's way.
_broker = env.str("BROKER_URL", default="")
if _broker.startswith("unix:"):
    raise ImproperlyConfigured("BROKER_URL: a unix socket is written redis+socket:///path here.")
CELERY_BROKER_URL = _broker or celery_url(REDIS_URL)
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 2_000_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
# Work whose message can no longer be acknowledged begins anew: acknowledging it over the new
# connection ends the worker (kombu 5.7).
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task, so that none runs twice while it still runs.
    "visibility_timeout": 3700,
    # Longer than the second for which a worker asks the queue at a time.
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    # The sweep that gives a killed worker's tasks to another; the default takes minutes.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A request that publishes does not wait for a broker that is away: the job's row waits.
    "max_retries": 1,
    "interval_start": 0.0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}

# Whoever runs a job holds it this long and renews that; how soon failed and lost work is tried
# again goes by it (socialml.core.queue).
SOCIALML_JOB_LEASE_SECONDS = env.float("SOCIALML_JOB_LEASE_SECONDS", default=30.0)

# Seconds between two runs. Each run claims its window's row, so two beats do no harm.
CELERY_BEAT_SCHEDULE = {
    "refresh slates of people who acted": {
        "task": "mlengine.tasks.slates_refresh",
        # Finds what the follower missed, and does its work where there is none.
        "schedule": 2.0,
        "options": {"expires": 5},
    },
    "publish waiting jobs": {
        "task": "socialml.core.tasks.jobs_publish",
        "schedule": SOCIALML_JOB_LEASE_SECONDS / 2,
        "options": {"expires": 30},
    },
    "aggregate trends": {
        "task": "analytics.tasks.trends_aggregate",
        "schedule": env.float("TRENDS_INTERVAL_SECONDS", default=300.0),
        "options": {"expires": 600},
    },
    "follow bursts": {
        "task": "analytics.tasks.bursts_follow",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "roll up events": {
        "task": "analytics.tasks.rollups_refresh",
        "schedule": 300.0,
        "options": {"expires": 600},
    },
    "forecast young posts": {
        "task": "mlengine.tasks.forecasts_refresh",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "describe people who acted": {
        "task": "mlengine.tasks.insights_follow",
        "schedule": 300.0,
        "options": {"expires": 300, "queue": "training"},
    },
    "retrain every model": {
        "task": "mlengine.tasks.models_retrain",
        # Asked more often than due: the window's row says whether one is.
        "schedule": min(3600.0, RETRAIN_INTERVAL_HOURS * 3600.0),
        "options": {"expires": 3600, "queue": "training"},
    },
    "drop what has expired": {
        "task": "socialml.core.tasks.expired_purge",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "sort open cases": {
        "task": "posts.tasks.cases_rerank",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "finish erasures": {
        "task": "profiles.tasks.erasures_resume",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "drop ended sessions": {
        "task": "profiles.tasks.sessions_purge",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "delete files that no reel owns": {
        "task": "reels.tasks.media_sweep",
        "schedule": 3600.0,
        "options": {"expires": 3600, "queue": "media"},
    },
    "drop old events": {
        "task": "analytics.tasks.events_purge",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}
