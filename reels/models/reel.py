"""The video of a post of kind reel."""

from django.db import models

from posts.models import Post
from reels.models.sound import Sound


class Reel(models.Model):
    """One uploaded video and what the probe found in it."""

    class State(models.TextChoices):
        PROCESSING = "processing"
        READY = "ready"
        REJECTED = "rejected"

    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, related_name="reel", primary_key=True
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROCESSING)
    # Random; the names of its files are made of it, and nobody can guess them.
    key = models.CharField(max_length=32, unique=True)
    # Why it was rejected: a code and a sentence.
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.CharField(max_length=200, blank=True)
    # Names inside the media storage, made by us; an uploaded name is never used. The video is the
    # upload itself: empty once it is deleted.
    video = models.CharField(max_length=120, blank=True)
    thumbnail = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=40)
    size_bytes = models.BigIntegerField()
    duration_ms = models.PositiveIntegerField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    frames_per_second = models.FloatField(null=True)
    has_audio = models.BooleanField(default=False)
    # How far processing is, of 100.
    percent = models.PositiveSmallIntegerField(default=0)
    # The colours of its poster, to be shown until that is loaded.
    blurhash = models.CharField(max_length=40, blank=True)
    # What its large version shows and how it sounds, with the `version` of the measures; null until
    # that was found.
    analysis = models.JSONField(null=True)
    # Null where nothing is heard in it, or was not looked for. Post.sound_id repeats it.
    sound = models.ForeignKey(Sound, on_delete=models.SET_NULL, null=True, related_name="reels")
    uploaded_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"reel {self.post_id} ({self.state})"
