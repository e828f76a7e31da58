"""What the dashboard answers with, for the schema. Nothing here is run."""

from rest_framework import serializers

from posts.shapes import PostForecastShape

Number = serializers.IntegerField


class Figures(serializers.Serializer):
    posts = Number()
    impressions = Number()
    views = Number()
    skips = Number()
    likes = Number()
    comments = Number()
    shares = Number()
    saves = Number()
    profile_views = Number()
    followers_gained = Number()
    watch_ms = Number()


class Totals(Figures):
    engagement_rate = serializers.FloatField()


class DayFigures(Figures):
    date = serializers.DateField()


class FunnelStep(serializers.Serializer):
    """Visits (one account on one UTC day) that came so far; shares of the first and last step."""

    step = serializers.ChoiceField(choices=["seen", "viewed", "engaged", "followed"])
    visits = Number()
    of_first = serializers.FloatField(allow_null=True)
    of_previous = serializers.FloatField(allow_null=True)


class DaySentiment(serializers.Serializer):
    date = serializers.DateField()
    positive = Number()
    neutral = Number()
    negative = Number()


class DayActives(serializers.Serializer):
    """Accounts that did something on the day, in the 7 and in the 30 days that end with it."""

    date = serializers.DateField()
    daily = Number()
    weekly = Number()
    monthly = Number()


class Returned(serializers.Serializer):
    accounts = Number()
    share = serializers.FloatField(allow_null=True)


class CohortShape(serializers.Serializer):
    """Who signed up in the week from this Monday, and how many came in each week after it."""

    week = serializers.DateField()
    accounts = Number()
    returned = Returned(many=True)


class Creator(serializers.Serializer):
    id = Number()
    username = serializers.CharField()


class CreatorFigures(Figures):
    author = Creator()


class CategoryFigures(Figures):
    category = serializers.CharField()


class ModerationLoad(serializers.Serializer):
    opened = Number()
    decided = Number()
    median_hours = serializers.FloatField(allow_null=True)
    appealed = Number()
    upheld = Number()
    overturned = Number()


class DayCases(serializers.Serializer):
    date = serializers.DateField()
    opened = Number()
    decided = Number()


class ModerationShape(serializers.Serializer):
    """What waits now, and what came in and was decided in the period."""

    open_cases = Number()
    oldest_opened_at = serializers.DateTimeField(allow_null=True)
    open_appeals = Number()
    period = ModerationLoad()
    previous = ModerationLoad()
    by_day = DayCases(many=True)


class DashboardShape(serializers.Serializer):
    """`change` is (total - previous) / previous, null where there was nothing before."""

    scope = serializers.ChoiceField(choices=["own", "creator", "platform"])
    scopes = serializers.ListField(child=serializers.CharField(), help_text="Yours to ask for.")
    metric = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    totals = Totals()
    previous = Totals()
    change = serializers.DictField(child=serializers.FloatField(allow_null=True))
    by_day = DayFigures(many=True)
    previous_by_day = DayFigures(many=True)
    funnel = FunnelStep(many=True)
    previous_funnel = FunnelStep(many=True)
    sentiment = DaySentiment(many=True)
    top_posts = serializers.ListField(child=serializers.DictField(), required=False)
    active_accounts = DayActives(required=False, help_text="Of the newest day that was counted.")
    active_by_day = DayActives(many=True, required=False)
    retention = CohortShape(many=True, required=False)
    top_categories = CategoryFigures(many=True, required=False)
    top_creators = CreatorFigures(many=True, required=False)
    moderation = ModerationShape(required=False)


class LiveEvent(serializers.Serializer):
    """`data` is JSON: the totals of `today`; of the platform also `online` and `moderation`."""

    id = serializers.CharField(required=False)
    event = serializers.ChoiceField(choices=["counts"], required=False)
    data = serializers.CharField(required=False)
    retry = Number(help_text="Milliseconds until to ask again.")


class Audience(serializers.Serializer):
    unique_viewers = Number()
    watch_ms = Number()
    mean_watch_ms = Number(allow_null=True)
    played = serializers.DictField(child=Number(), help_text="starts, completes, loops")
    completion = serializers.FloatField(allow_null=True)
    skip_rate = serializers.FloatField()
    view_rate = serializers.FloatField(allow_null=True)
    sources = serializers.DictField(child=Number())


class PostAnalyticsShape(serializers.Serializer):
    post = serializers.DictField()
    counts = serializers.DictField(child=Number())
    audience = Audience()
    by_day = DayFigures(many=True)
    forecast = PostForecastShape(
        allow_null=True, help_text="As the post last reached an age; null where it was never made."
    )


class Quality(serializers.Serializer):
    name = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    baseline = serializers.FloatField(allow_null=True)


class Trained(serializers.Serializer):
    version = serializers.CharField()
    trained_at = serializers.DateTimeField()
    score = serializers.FloatField(allow_null=True)
    baseline = serializers.FloatField(allow_null=True)
    live = serializers.FloatField(allow_null=True)
    is_live = serializers.BooleanField()


class Health(serializers.Serializer):
    """`drift` is the live version's score at the newest training, less that of its own."""

    measure = serializers.CharField(allow_null=True)
    score = serializers.FloatField(allow_null=True)
    baseline = serializers.FloatField(allow_null=True)
    drift = serializers.FloatField(allow_null=True)
    judged_at = serializers.DateTimeField()
    quality = Quality(many=True)
    history = Trained(many=True)


class ModelShape(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.CharField()
    trained_at = serializers.DateTimeField()
    promoted_at = serializers.DateTimeField(allow_null=True)
    age_hours = serializers.FloatField()
    metrics = serializers.DictField()
    verdict = serializers.CharField()
    health = Health(allow_null=True)


class SaidAndSeen(serializers.Serializer):
    """The mean probability of going viral that was said, and the share of posts that did."""

    forecasts = Number()
    viral_said = serializers.FloatField()
    viral_seen = serializers.FloatField()


class AgeRecord(SaidAndSeen):
    age_hours = Number()
    coverage_90 = serializers.FloatField()
    brier = serializers.FloatField()


class PostForecastsRecord(serializers.Serializer):
    """How the forecasts went of posts that came of age in the last `days`."""

    days = Number()
    by_age = AgeRecord(many=True)
    by_probability = serializers.ListField(
        child=serializers.DictField(child=serializers.FloatField()),
        help_text="The same of what was said `from` one probability `to` another.",
    )


class ModelsShape(serializers.Serializer):
    models = ModelShape(many=True)
    last_training = serializers.DictField(allow_null=True)
    post_forecasts = PostForecastsRecord()
