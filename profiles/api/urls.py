from django.urls import URLPattern, path

from profiles.api.views.accounts import PreferencesView, ProfileResetView, ProfileView
from profiles.api.views.auth import (
    LogoutView,
    ModerationTokenView,
    PasswordView,
    TokenRefreshView,
    TokenView,
)
from profiles.api.views.graph import (
    BlockView,
    FollowersView,
    FollowingView,
    FollowView,
    MuteView,
    RequestsView,
    RequestView,
)
from profiles.api.views.privacy import ErasureView, ExportView

urlpatterns: list[URLPattern] = [
    path("auth/token", TokenView.as_view()),
    path("auth/token/refresh", TokenRefreshView.as_view()),
    path("auth/logout", LogoutView.as_view()),
    path("auth/password", PasswordView.as_view()),
    path("moderation/token", ModerationTokenView.as_view()),
    path("profile", ProfileView.as_view()),
    path("profile/preferences", PreferencesView.as_view()),
    path("profile/preferences/reset", ProfileResetView.as_view()),
    path("profile/export", ExportView.as_view()),
    path("profile/erasure", ErasureView.as_view()),
    path("profile/requests", RequestsView.as_view()),
    path("profile/requests/<id:user_id>", RequestView.as_view()),
    path("profile/<id:user_id>/follow", FollowView.as_view()),
    path("profile/<id:user_id>/block", BlockView.as_view()),
    path("profile/<id:user_id>/mute", MuteView.as_view()),
    path("profile/<id:user_id>/followers", FollowersView.as_view()),
    path("profile/<id:user_id>/following", FollowingView.as_view()),
]
