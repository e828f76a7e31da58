from django.apps import AppConfig

# Importing the Celery application makes it the current one, in every process that loads Django.
from socialml.celery import app as celery_app

__all__ = ["SocialMLConfig", "celery_app"]


class SocialMLConfig(AppConfig):
    name = "socialml"
