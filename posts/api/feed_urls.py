"""The ranked lists, registered by posts.api.urls."""

from django.urls import path

from posts.api import feed, recommendations

urlpatterns = [
    path("feed", feed.Feed.as_view()),
    path("recommendations", recommendations.Recommendations.as_view()),
    path("recommendations/session", recommendations.SessionRecommendations.as_view()),
    path("post/<id:post_id>/similar", recommendations.PostSimilar.as_view()),
    path("post/<id:post_id>/why", feed.PostWhy.as_view()),
]
