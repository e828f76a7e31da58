"""/api/analytics/posts and /api/analytics/models."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.dashboard_shapes import ModelsShape, PostAnalyticsShape
from analytics.api.place import model_figures
from analytics.selectors.posts import post_audience, post_by_day
from mlengine.post_forecasts import post_forecast
from posts.models import Post
from profiles.selectors import is_staff
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView
from socialml.core.errors import NotFound


class PostAnalytics(SignedInView):
    """/api/analytics/posts/{post_id}"""

    @documented(
        "One's own post: who saw it, what they did and what it will get",
        data=PostAnalyticsShape,
        errors=[404],
        description="Staff may ask about anybody's.",
    )
    def get(self, request: Request, post_id: int) -> Response:
        posts = Post.objects.filter(pk=post_id)
        # Asked first, so that a post that is not there costs what somebody else's does.
        if not is_staff(self.me.pk):
            posts = posts.filter(author_id=self.me.pk)
        post = posts.first()
        if post is None:
            raise NotFound("You have no such post.")
        by_day = post_by_day(post_id)
        return answer(
            {
                "post": {"id": post.pk, "kind": post.kind, "published_at": post.published_at},
                "counts": {
                    f"{name}s": getattr(post, f"{name}_count")
                    for name in ("view", "like", "comment", "share", "save")
                },
                "audience": post_audience(post_id, length_ms=post.media.get("duration_ms")),
                "by_day": [{"date": day, **of_day} for day, of_day in by_day.items()],
                "forecast": post_forecast(post_id),
            },
            "Post figures",
        )


class Models(SignedInView):
    """/api/analytics/models"""

    @documented("The models that serve, how well they do and how old they are", data=ModelsShape)
    def get(self, request: Request) -> Response:
        return answer(model_figures(at=timezone.now()), "Models")
