from django.apps import AppConfig


class ReelsConfig(AppConfig):
    name = "reels"
