from django.urls import path

from socialml.dashboard.views import page

urlpatterns = [path("dashboard", page, name="dashboard")]
