from django.apps import AppConfig


class MLEngineConfig(AppConfig):
    name = "mlengine"
