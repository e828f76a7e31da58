"""The Celery application: `celery -A socialml worker`."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "socialml.settings")

# By the name that URLs begin with, since no setting of Celery reaches one of a unix socket.
TRANSPORT_ALIASES.update(dict.fromkeys(["redis", "rediss"], "socialml.core.broker:Transport"))

app = Celery("socialml")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["socialml.core", "analytics", "mlengine", "profiles", "posts", "reels"])
