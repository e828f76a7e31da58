"""How many posts of an account are out. The only writer of User.post_count."""

from django.db.models import F

from profiles.models import User


def post_count_shift(author_id: int, *, by: int) -> None:
    """Add `by` to the account's count of posts that are out. Call it after updating the post."""
    User.objects.filter(pk=author_id).update(post_count=F("post_count") + by)
