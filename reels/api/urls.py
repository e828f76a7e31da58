from django.urls import path

from reels.api import sounds, uploads, views

urlpatterns = [
    path("reels", views.ReelList.as_view()),
    path("reels/uploads", uploads.UploadList.as_view()),
    path("reels/uploads/<id:upload_id>", uploads.UploadDetail.as_view()),
    path("reels/uploads/<id:upload_id>/parts/<id:number>", uploads.UploadPart.as_view()),
    path("reels/uploads/<id:upload_id>/finish", uploads.UploadFinish.as_view()),
    path("reels/<id:post_id>", views.ReelDetail.as_view()),
    path("sounds/<id:sound_id>", sounds.SoundDetail.as_view()),
    path("sounds/<id:sound_id>/reels", sounds.SoundReels.as_view()),
]
