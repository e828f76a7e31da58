"""What is like what, worked out ahead of the request."""

from django.db import models


class SimilarPosts(models.Model):
    """One post's nearest posts, best first; the three lists run side by side."""

    post_id = models.BigIntegerField(primary_key=True)
    ids = models.JSONField(default=list)
    # In [0, 1].
    scores = models.JSONField(default=list)
    # What says that they are alike: [[name, …], …], the strongest first; names as in SOURCES.
    sources = models.JSONField(default=list)
    model_version = models.CharField(max_length=60)
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{len(self.ids)} posts like {self.post_id}"
