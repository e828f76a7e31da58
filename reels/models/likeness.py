"""By what reels that show the same are found, and which were."""

from django.db import models

from reels.models.reel import Reel


class VideoHash(models.Model):
    """What one reel shows as numbers; replaced, under a higher id, when it is measured anew."""

    reel = models.OneToOneField(Reel, on_delete=models.CASCADE, related_name="video_hash")
    # Eight bytes, the highest first, for every half second: reels.measures.video_hash.
    hashes = models.BinaryField()

    def __str__(self) -> str:
        return f"hash of reel {self.reel_id}"


class ReelCopy(models.Model):
    """One reel that shows what an earlier one of another account shows."""

    reel = models.ForeignKey(Reel, on_delete=models.CASCADE, related_name="copied")
    original = models.ForeignKey(Reel, on_delete=models.CASCADE, related_name="copies")
    # The mean number of 64 bits in which they differ; unrelated ones in about 32.
    distance = models.FloatField()
    # For how long they show the same, and how far into the original the copy begins.
    overlap_seconds = models.FloatField()
    offset_seconds = models.FloatField()
    found_at = models.DateTimeField()
    # Whether moderators have a case about it.
    is_told = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reel", "original"], name="reel_copy_once"),
        ]
        indexes = [
            models.Index(
                fields=["found_at"], condition=models.Q(is_told=False), name="reel_copy_untold"
            ),
        ]

    def __str__(self) -> str:
        return f"reel {self.reel_id} shows what {self.original_id} shows"
