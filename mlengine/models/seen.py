"""What accounts have met already."""

from django.db import models


class SeenPosts(models.Model):
    """All posts that one account has met in events up to `upto_event_id`, as a Bloom filter.

    So they stay known when the log has let those events go. The newest are read from the log.
    """

    user_id = models.BigIntegerField(primary_key=True)
    # mlengine.slates.bloom.Bloom; its only writer is mlengine.slates.seen.
    bits = models.BinaryField(default=b"")
    post_count = models.PositiveIntegerField(default=0)
    upto_event_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.post_count} posts seen by {self.user_id}"
