from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "socialml.demo"
