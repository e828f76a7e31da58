"""The project's URLs and the two that it is measured against."""

from django.urls import path

from socialml import urls
from socialml.bench import views

urlpatterns = [
    path("bench/bare", views.bare),
    path("api/bench/orm-feed", views.ObjectFeed.as_view()),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
