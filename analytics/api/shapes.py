"""What analytics answers with, for the schema. Nothing here is run."""

from rest_framework import serializers

from analytics.api.segment_shapes import MembershipShape
from posts.shapes import Author

Number = serializers.IntegerField


class Share(serializers.Serializer):
    name = serializers.CharField()
    share = serializers.FloatField()


class AuthorShare(serializers.Serializer):
    id = Number()
    username = serializers.CharField()
    share = serializers.FloatField()


class Preferred(serializers.Serializer):
    categories = Share(many=True)
    hashtags = Share(many=True)
    kinds = Share(many=True)
    authors = AuthorShare(many=True)


class ChangePoint(serializers.Serializer):
    """From this UTC day on there were `after` sessions a week, and `before` until then."""

    date = serializers.DateField()
    before = serializers.FloatField()
    after = serializers.FloatField()


class ActivityPattern(serializers.Serializer):
    """When the account is there, in UTC. Weekday 0 is Monday."""

    by_hour = serializers.ListField(child=serializers.FloatField(), min_length=24, max_length=24)
    by_weekday = serializers.ListField(child=serializers.FloatField(), min_length=7, max_length=7)
    peak_hour = Number(allow_null=True)
    peak_weekday = Number(allow_null=True)
    events = Number()
    active_days = Number()
    sessions = Number()
    sessions_per_week = serializers.FloatField()
    first_active_at = serializers.DateTimeField(allow_null=True)
    last_active_at = serializers.DateTimeField(allow_null=True)
    change_points = ChangePoint(many=True)


class Driver(serializers.Serializer):
    """What raises (effect above 0) or lowers the figure; null where only a rule was applied."""

    feature = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    effect = serializers.FloatField(allow_null=True)


class Engagement(serializers.Serializer):
    level = serializers.ChoiceField(choices=["High", "Medium", "Low"])
    probabilities = serializers.DictField(child=serializers.FloatField())
    drivers = Driver(many=True)


class NextAction(serializers.Serializer):
    """What accounts that stay do more of: so many times within a month, and the risk after it."""

    action = serializers.ChoiceField(
        choices=["follow_authors", "engage", "publish", "explore_authors", "keep_going"]
    )
    times = Number()
    risk_after = serializers.FloatField(allow_null=True)


class Churn(serializers.Serializer):
    """Probability of no act at all in the next seven days."""

    risk = serializers.FloatField(min_value=0, max_value=1)
    drivers = Driver(many=True)


class SegmentShape(serializers.Serializer):
    """The group it behaves most like, and the newest 20 it was in, newest first."""

    name = serializers.CharField()
    traits = serializers.DictField(child=serializers.FloatField())
    history = MembershipShape(many=True)


class BehaviourShape(serializers.Serializer):
    user_id = Number()
    activity_pattern = ActivityPattern()
    preferred = Preferred()
    engagement = Engagement()
    churn = Churn()
    next_action = NextAction(allow_null=True)
    segment = SegmentShape()


class BurstShape(serializers.Serializer):
    """Accounts in the five minutes from `since` on, in which the burst was seen."""

    since = serializers.DateTimeField()
    score = serializers.FloatField()
    expected = serializers.FloatField()
    observed = serializers.FloatField()


class Evidence(serializers.Serializer):
    """What the trend rests on, in the hours from `since` to `until`."""

    count = Number()
    previous = Number(allow_null=True)
    accounts = Number()
    effective_accounts = serializers.FloatField()
    usual_accounts = serializers.FloatField(allow_null=True)
    growth = serializers.FloatField(allow_null=True)
    top_account_share = serializers.FloatField()
    new_account_share = serializers.FloatField()
    # Networks, as a share of those that as many accounts drawn by chance would have.
    network_spread = serializers.FloatField(allow_null=True)
    first_seen_at = serializers.DateTimeField(help_text="As far back as the event log reaches.")
    earlier_windows = Number()
    is_rising = serializers.BooleanField()
    burst = BurstShape(
        allow_null=True,
        help_text="How the name left what it had been in the last 24 hours; null if it did not.",
    )
    examples = serializers.ListField(child=Number())
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()


class TrendShape(serializers.Serializer):
    rank = Number()
    score = serializers.FloatField()
    evidence = Evidence()


class HashtagTrend(TrendShape):
    hashtag = serializers.CharField()


class CategoryTrend(TrendShape):
    category = serializers.CharField()


class LanguageTrend(TrendShape):
    language = serializers.CharField()


class TrendingSound(serializers.Serializer):
    """As /api/sounds/{sound_id}."""

    id = Number()
    author = Author(allow_null=True)
    origin_id = Number(allow_null=True)
    reels = Number()


class SoundTrend(TrendShape):
    sound = TrendingSound()


class PostTrend(TrendShape):
    post = serializers.DictField()
    is_viral = serializers.BooleanField(
        help_text="Within its first 7 days it had as many views as one in twenty posts has."
    )
