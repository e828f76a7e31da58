"""The web process."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from socialml.api.turnstile import Turnstile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "socialml.settings")

application = get_wsgi_application()
if settings.SOCIALML_WEB_THREADS:
    application = Turnstile(application, threads=settings.SOCIALML_WEB_THREADS)
