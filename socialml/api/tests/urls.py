"""A few endpoints that only the tests of the API's manners serve."""

from django.urls import path
from rest_framework import serializers

from posts.models import PostHashtag
from socialml import urls
from socialml.api.envelope import answer
from socialml.api.fields import Id, PageQuery, StrictBoolean, StrictInteger, Text
from socialml.api.views import OpenView, SignedInView


class Body(serializers.Serializer):
    text = Text(max_length=50)
    count = StrictInteger(min_value=0, max_value=2**31 - 1, required=False)
    flag = StrictBoolean(required=False)
    user_id = Id(required=False)
    extra = serializers.JSONField(required=False)


class Echo(OpenView):
    def post(self, request):
        body = Body(data=request.data)
        body.is_valid(raise_exception=True)
        return answer(body.validated_data, "Echoed", status=201)

    def get(self, request):
        return answer(PageQuery.read(request.query_params))


class Mine(SignedInView):
    rate_scope = "report"

    def get(self, request):
        return answer({"me": self.me.pk})


class Make(SignedInView):
    """Makes one row a call, and fails after making it where asked to."""

    def post(self, request):
        made = PostHashtag.objects.create(
            post_id=request.data["post_id"], name=request.data["name"]
        )
        if request.data.get("fail"):
            raise serializers.ValidationError({"fail": ["As asked."]})
        return answer({"id": made.pk}, status=201)


urlpatterns = [
    path("api/test/echo", Echo.as_view()),
    path("api/test/mine", Mine.as_view()),
    path("api/test/make", Make.as_view()),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
