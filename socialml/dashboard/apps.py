from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "socialml.dashboard"
    label = "dashboard"
