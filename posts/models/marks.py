"""What an account does with a post: likes, saves, shares, and wishes not to see it."""

from django.conf import settings
from django.db import models

from posts.models.post import Post


class Like(models.Model):
    """One account's like of one post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="likes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="likes"
    )
    liked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="like_once")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.post_id}"


class Save(models.Model):
    """One account's bookmark of one post; nobody else learns of it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="saves")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saves"
    )
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="save_once")]

    def __str__(self) -> str:
        return f"{self.user_id} saved {self.post_id}"


class Dismissal(models.Model):
    """One account's wish to be shown less like one post; nobody else learns of it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="dismissals")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="dismissals"
    )
    dismissed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="dismissal_once")]

    def __str__(self) -> str:
        return f"{self.user_id} dismissed {self.post_id}"


class Share(models.Model):
    """One act of sharing a post. Sharing twice is two shares."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shares"
    )
    shared_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-shared_at"], name="share_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} shared {self.post_id}"
