"""/api/analytics/segments: groups of accounts, for those who run the place."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.place import segment_figures
from analytics.api.queries import PeriodQuery
from analytics.api.segment_shapes import SegmentsShape
from profiles.models import User
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import SignedInView
from socialml.core.errors import Forbidden


class Segments(SignedInView):
    """/api/analytics/segments"""

    @documented(
        "Segments: sizes by day, movement between them, and how they were formed",
        query=PeriodQuery,
        data=SegmentsShape,
        errors=[403],
        description=(
            "For staff. `movement` counts accounts by the segment they were in when the period "
            "began (`from`) and when it ended (`to`), null for none; it reaches back as far as "
            "the event log. `formations` says which groups each training found, how stable they "
            "are, and how much of the segment they go on with is in them (`overlap`)."
        ),
    )
    def get(self, request: Request) -> Response:
        now = timezone.now()
        period = PeriodQuery.read(request.query_params, today=now.date())["period"]
        if not User.objects.active().filter(pk=self.me.pk, is_staff=True).exists():
            raise Forbidden("Segments of the whole place are for its staff.")
        return answer(segment_figures(period, at=now), "Segments")
