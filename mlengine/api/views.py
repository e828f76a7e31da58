"""One class per URL, one method per verb, one domain call per method."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from mlengine.api.serializers import (
    DraftToForecast,
    EngagementForecast,
    TextReadings,
    TextsToRead,
)
from mlengine.corrections import correction_live
from mlengine.forecasts import engagement_forecast
from mlengine.inference import texts_insights
from socialml.api.envelope import answer
from socialml.api.schema import documented
from socialml.api.views import OpenView, SignedInView


class Sentiment(OpenView):
    """/api/sentiment"""

    @documented(
        "Read texts: language, sentiment, emotion, toxicity, spam, quality",
        request=TextsToRead,
        data=TextReadings,
        signed_in=False,
        description="Nothing is stored. One text is repeated in `ml_insights`.",
    )
    def post(self, request: Request) -> Response:
        given = TextsToRead(data=request.data)
        given.is_valid(raise_exception=True)
        texts = given.validated_data.get("texts") or [given.validated_data["text"]]
        results = [insights.as_dict() for insights in texts_insights(texts, correction_live())]
        insights = results[0] if len(results) == 1 else {"model": results[0]["model"]}
        return answer({"results": results}, "Texts read", ml_insights=insights)


class EngagementPredict(SignedInView):
    """/api/engagement/predict"""

    @documented(
        "Forecast what a draft will earn",
        request=DraftToForecast,
        data=EngagementForecast,
        description="Nothing is stored or published.",
    )
    def post(self, request: Request) -> Response:
        draft = DraftToForecast(data=request.data)
        draft.is_valid(raise_exception=True)
        forecast = engagement_forecast(
            author_id=self.me.pk, at=timezone.now(), **draft.validated_data
        )
        return answer(forecast, "Forecast", ml_insights={"model": forecast["model"]})
