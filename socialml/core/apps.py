from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "socialml.core"
    label = "core"
