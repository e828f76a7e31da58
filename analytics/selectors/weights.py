"""What each kind of event says of liking: the one table of weights, and its SQL."""

from typing import Any

from django.db.models import Case, F, FloatField, Func, Q, QuerySet, Value, When
from django.db.models.sql.compiler import SQLCompiler

from analytics.models import Event

Kind = Event.Kind

# A view that held somebody this long says more than a glance; half of a usual short video.
LONG_VIEW_MS = 10_000
LONG_VIEW = 2.0

# Summed over what one account did with one post. An act that is taken back weighs the same
# the other way, so that it leaves what the views alone say. Deliberate and public acts weigh
# most; a skip takes back half a view, and asking for less like it more than a like and a save.
# An impression says nothing: it was merely on the screen.
SIGNALS: dict[str, float] = {
    Kind.VIEWED: 1.0,
    Kind.DWELLED: 0.5,
    Kind.CLICKED: 1.0,
    Kind.LIKED: 3.0,
    Kind.UNLIKED: -3.0,
    Kind.SAVED: 4.0,
    Kind.UNSAVED: -4.0,
    Kind.COMMENTED: 4.0,
    Kind.COMMENT_DELETED: -4.0,
    Kind.SHARED: 5.0,
    Kind.SKIPPED: -0.5,
    Kind.REPORTED: -10.0,
    Kind.DISMISSED: -10.0,
    Kind.UNDISMISSED: 10.0,
}

# Somebody being there, whatever they did. A model's or a moderator's act is none.
ACTIONS: tuple[str, ...] = (
    *(kind for kind in SIGNALS),
    Kind.IMPRESSION,
    Kind.PROFILE_VIEWED,
    Kind.SEARCHED,
    Kind.SIGNED_UP,
    Kind.SIGNED_IN,
    Kind.POSTED,
    Kind.POST_DELETED,
    Kind.FOLLOWED,
    Kind.UNFOLLOWED,
    Kind.BLOCKED,
    Kind.UNBLOCKED,
    Kind.MUTED,
    Kind.UNMUTED,
    Kind.PROFILE_RESET,
)

# What changes a ranking: anything done with a post, and whom one wants to see.
TELLING: frozenset[str] = frozenset(
    {
        *SIGNALS,
        *(Kind.FOLLOWED, Kind.UNFOLLOWED, Kind.BLOCKED, Kind.UNBLOCKED),
        *(Kind.MUTED, Kind.UNMUTED, Kind.PROFILE_RESET),
    }
)

# Acts with others' posts that took a decision: what engagement counts.
ENGAGEMENTS: tuple[str, ...] = (Kind.LIKED, Kind.SAVED, Kind.SHARED, Kind.COMMENTED)

WEIGHT = Case(
    When(
        Q(kind=Kind.VIEWED, duration_ms__gte=LONG_VIEW_MS),
        then=Value(LONG_VIEW),
    ),
    *(When(kind=kind, then=Value(weight)) for kind, weight in SIGNALS.items()),
    default=Value(0.0),
    output_field=FloatField(),
)


class Seconds(Func):
    """A moment as seconds since 1970, a float: the database converts, not Python."""

    output_field = FloatField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: Any, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        template = "((JULIANDAY(%(expressions)s) - 2440587.5) * 86400.0)"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: Any, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        template = "EXTRACT(EPOCH FROM %(expressions)s)::float8"
        return self.as_sql(compiler, connection, template=template, **extra)


def signals_of_others_posts() -> QuerySet[Event]:
    """Return the events that weigh something, done by accounts with posts of others."""
    return Event.objects.filter(
        kind__in=list(SIGNALS), actor_id__isnull=False, post_id__isnull=False
    ).exclude(actor_id=F("target_id"))
