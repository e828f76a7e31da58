"""The URLs of what is computed within a request."""

from django.urls import path

from mlengine.api import views

urlpatterns = [
    path("sentiment", views.Sentiment.as_view()),
    path("engagement/predict", views.EngagementPredict.as_view()),
]
