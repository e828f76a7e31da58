"""The Celery application: `celery -A socialml worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "socialml.settings")

app = Celery("socialml")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["socialml.core", "analytics", "mlengine", "profiles", "posts", "reels"])
