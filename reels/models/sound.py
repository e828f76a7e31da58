"""What reels sound like, and by what that is found."""

from django.db import models


class Sound(models.Model):
    """One sound that any number of reels have; deleted with the last of them."""

    # The reel that was heard first; null once that is deleted. Its author is the sound's, and is
    # named only to those who may see it.
    origin = models.OneToOneField(
        "reels.Reel", on_delete=models.SET_NULL, null=True, related_name="begun_sound"
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sound {self.pk}"


class SoundHash(models.Model):
    """One landmark of a sound's fingerprint: reels.measures.fingerprint."""

    sound = models.ForeignKey(
        Sound, on_delete=models.CASCADE, related_name="hashes", db_index=False
    )
    hash = models.IntegerField()
    # Where it begins, in steps of 16 ms from the start.
    step = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            # Answers the search by itself, without the table.
            models.Index(fields=["hash", "sound", "step"], name="sound_hash"),
            models.Index(fields=["sound"], name="sound_hash_of"),
        ]

    def __str__(self) -> str:
        return f"{self.hash:08x} of sound {self.sound_id}"
