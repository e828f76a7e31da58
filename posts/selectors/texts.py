"""The words of posts and comments."""

from posts.models import Comment, Post


def text_of(*, post_id: int | None = None, comment_id: int | None = None) -> str:
    """Return what the comment says, or the post where no comment is named; "" if it is gone."""
    if comment_id is not None:
        comments = Comment.objects.filter(pk=comment_id, deleted_at=None)
        return comments.values_list("content", flat=True).first() or ""
    posts = Post.objects.filter(pk=post_id or 0)
    return posts.values_list("content", flat=True).first() or ""
