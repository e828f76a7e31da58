"""What was made of a reel's video."""

from django.db import models

from reels.models.files import PICTURES, file_name, rendition_files
from reels.models.reel import Reel


class Rendition(models.Model):
    """One version of a reel whose files are complete; written once they are."""

    class Name(models.TextChoices):
        # At most 720 pixels on the short side.
        LARGE = "large"
        # At most 360, of the large one; only of videos that are larger than that.
        SMALL = "small"
        # The poster, the thumbnails and the preview; its size is the poster's.
        PICTURES = "pictures"

    reel = models.ForeignKey(Reel, on_delete=models.CASCADE, related_name="renditions")
    name = models.CharField(max_length=8, choices=Name)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.BigIntegerField()
    # As a playlist names them; empty for pictures.
    codecs = models.CharField(max_length=40, blank=True)
    frames_per_second = models.FloatField(default=0)
    # Bytes before the first segment, and [seconds, offset, bytes] of each segment.
    init_bytes = models.PositiveIntegerField(default=0)
    segments = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reel", "name"], name="rendition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of reel {self.reel_id}"

    @property
    def label(self) -> str:
        """What people call it: 720p, by its short side."""
        return f"{min(self.width, self.height)}p"

    @property
    def bits_per_second(self) -> int:
        """The most that one of its segments takes."""
        return round(max((bytes_ * 8 / (s or 1) for s, _, bytes_ in self.segments), default=0))

    def files(self) -> list[str]:
        """Return the names of its files in the media storage."""
        is_pictures = self.name == self.Name.PICTURES
        endings = PICTURES if is_pictures else rendition_files(self.name)
        return [file_name(self.reel.key, ending) for ending in endings]


def made_files(key: str) -> list[str]:
    """Return every name that processing may give to a file of the reel."""
    videos = (Rendition.Name.LARGE, Rendition.Name.SMALL)
    endings = [ending for name in videos for ending in rendition_files(name)]
    return [file_name(key, ending) for ending in (*endings, *PICTURES)]
