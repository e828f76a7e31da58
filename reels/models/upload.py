"""A video on its way in, part by part."""

from django.conf import settings
from django.db import models

from reels.models.reel import Reel


class UploadQuerySet(models.QuerySet["Upload"]):
    def open(self) -> "UploadQuerySet":
        """Keep those that may still become a reel."""
        return self.filter(state__in=OPEN)


class Upload(models.Model):
    """One account's announced video: what has come of it, and what it became."""

    class State(models.TextChoices):
        RECEIVING = "receiving"
        # Being put together and looked into; a process that was killed there leaves it so, and
        # finishing it again begins anew.
        CHECKING = "checking"
        REJECTED = "rejected"
        FINISHED = "finished"

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads"
    )
    state = models.CharField(max_length=9, choices=State, default=State.RECEIVING)
    # As announced; what the bytes are is looked at when all are there.
    content_type = models.CharField(max_length=40)
    size_bytes = models.BigIntegerField()
    part_size_bytes = models.PositiveIntegerField()
    # Why it was rejected: a code and a sentence.
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.CharField(max_length=200, blank=True)
    reel = models.OneToOneField(Reel, on_delete=models.CASCADE, null=True, related_name="upload")
    # Where the parts go straight to S3: what it calls the upload, and the name its video will have.
    remote_id = models.TextField(blank=True)
    remote_name = models.CharField(max_length=60, blank=True, db_index=True)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = UploadQuerySet.as_manager()

    def __str__(self) -> str:
        return f"upload {self.pk} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether it may still become a reel."""
        return self.state in OPEN

    @property
    def part_count(self) -> int:
        return -(-self.size_bytes // self.part_size_bytes)

    def part_bytes(self, number: int) -> int:
        """Return how many bytes part `number` has, counted from 1: all but the last are equal."""
        return min(self.part_size_bytes, self.size_bytes - (number - 1) * self.part_size_bytes)


OPEN = (Upload.State.RECEIVING, Upload.State.CHECKING)


class UploadPart(models.Model):
    """One part that has come whole; written once its file is."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    # Inside the media storage; another file each time the part is sent.
    name = models.CharField(max_length=60, unique=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="upload_part_once"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of upload {self.upload_id}"
