"""Deleting the media of an account. Its rows go with its posts."""

from django.db import transaction

from posts.models import Post
from reels.models import Reel, Upload
from reels.services import storage
from reels.services.processing import key_files, reel_files
from reels.services.resumable import uploads_delete
from reels.services.sounds import sound_leave


def account_erase(*, account_id: int) -> dict[str, int]:
    """Delete the account's uploads and the files of its reels; return how many of each.

    A sound that nobody else's reel has goes with them; of another the account is no longer the
    author.

    The rows of reels stay until the posts go, so a run that was cut off finds the files again.
    """
    uploads = Upload.objects.filter(account_id=account_id).values_list("pk", flat=True)
    deleted = uploads_delete(list(uploads))
    reels = Reel.objects.filter(post__author_id=account_id)
    count = 0
    for reel in reels:
        with transaction.atomic():
            list(Post.objects.select_for_update(no_key=True).filter(pk=reel.pk))
            sound_leave(post_id=reel.pk)
        storage.files_delete({*key_files(reel.key), *reel_files(reel)})
        count += 1
    return {"uploads": deleted, "media": count}
