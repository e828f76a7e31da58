"""The URLs of behaviour, trends and figures."""

from django.urls import path

from analytics.api import views

urlpatterns = [
    path("user-behavior", views.UserBehaviour.as_view()),
    path("trends/hashtags", views.HashtagTrends.as_view()),
    path("trends/categories", views.CategoryTrends.as_view()),
    path("trends/languages", views.LanguageTrends.as_view()),
    path("trends/sounds", views.SoundTrends.as_view()),
    path("trends/posts", views.PostTrends.as_view()),
    path("analytics/dashboard", views.Dashboard.as_view()),
    path("analytics/export", views.DashboardExport.as_view()),
    path("analytics/live", views.Live.as_view()),
    path("analytics/posts/<id:post_id>", views.PostAnalytics.as_view()),
    path("analytics/segments", views.Segments.as_view()),
    path("analytics/models", views.Models.as_view()),
]
