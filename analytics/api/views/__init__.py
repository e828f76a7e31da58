"""One class per URL, one method per verb, one domain call per method."""

from analytics.api.views.behaviour import UserBehaviour
from analytics.api.views.dashboards import Dashboard, DashboardExport, Live
from analytics.api.views.posts import Models, PostAnalytics
from analytics.api.views.segments import Segments
from analytics.api.views.trends import (
    CategoryTrends,
    HashtagTrends,
    LanguageTrends,
    PostTrends,
    SoundTrends,
)

__all__ = [
    "CategoryTrends",
    "Dashboard",
    "DashboardExport",
    "HashtagTrends",
    "LanguageTrends",
    "Live",
    "Models",
    "PostAnalytics",
    "PostTrends",
    "Segments",
    "SoundTrends",
    "UserBehaviour",
]
