"""Deleting the media of an account. Its rows go with its posts."""

from django.core.files.storage import default_storage

from reels.models import Reel


def account_erase(*, account_id: int) -> dict[str, int]:
    """Delete the files of the account's reels, and return how many reels had some.

    The rows stay until the posts go, so a run that was cut off finds the files again.
    """
    reels = Reel.objects.filter(post__author_id=account_id)
    count = 0
    for video, thumbnail in reels.values_list("video", "thumbnail"):
        for name in filter(None, (video, thumbnail)):
            default_storage.delete(name)
        count += 1
    return {"media": count}
