from django.urls import path

from reels.api import views

urlpatterns = [
    path("reels", views.ReelList.as_view()),
    path("reels/<id:post_id>", views.ReelDetail.as_view()),
]
