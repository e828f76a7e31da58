"""The URLs of posts, comments, marks, reports and decisions."""

from django.urls import path

from posts.api import feed_urls, views

urlpatterns = [
    *feed_urls.urlpatterns,
    path("post", views.PostList.as_view()),
    path("post/saved", views.SavedPosts.as_view()),
    path("post/categories", views.PostCategories.as_view()),
    path("post/<id:post_id>", views.PostDetail.as_view()),
    path("post/<id:post_id>/like", views.PostLike.as_view()),
    path("post/<id:post_id>/save", views.PostSave.as_view()),
    path("post/<id:post_id>/less", views.PostLess.as_view()),
    path("post/<id:post_id>/share", views.PostShare.as_view()),
    path("post/<id:post_id>/report", views.PostReport.as_view()),
    path("post/<id:post_id>/comments", views.PostComments.as_view()),
    path("post/<id:post_id>/comments/<id:comment_id>", views.PostComment.as_view()),
    path("post/<id:post_id>/comments/<id:comment_id>/report", views.CommentReport.as_view()),
    path("profile/<id:user_id>/report", views.AccountReport.as_view()),
    path("moderation/decisions", views.Decisions.as_view()),
    path("moderation/decisions/<id:decision_id>", views.DecisionDetail.as_view()),
    path("moderation/decisions/<id:decision_id>/appeal", views.DecisionAppeal.as_view()),
]
