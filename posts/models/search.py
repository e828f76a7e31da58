"""What posts are searched by."""

from django.db import models

from posts.models.post import Post


class SearchText(models.Model):
    """A post's words as a search compares them: folded, its hashtags among them.

    A table of its own, because an index of all letter triples on Post would be written anew
    with every like that finds no room beside its row. posts.services.fragments is its writer.
    """

    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, primary_key=True, related_name="search_text"
    )
    text = models.TextField()

    def __str__(self) -> str:
        return f"words of post {self.post_id}"
