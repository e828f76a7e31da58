"""Every URL, by app. The REST API's paths are part of its contract: no trailing slashes."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, register_converter
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from reels.api.media import media
from socialml.api import probes
from socialml.api.converters import IdConverter

register_converter(IdConverter, "id")
admin.site.site_header = admin.site.site_title = "SocialML"

home = (
    path("", include("socialml.demo.urls"))
    if settings.SOCIALML_DEMO_CLIENT
    else path("", RedirectView.as_view(url="/docs"))
)

urlpatterns = [
    # Posts first: the resolver goes from above, and most requests are for the feed.
    path("api/", include("posts.api.urls")),
    path("api/", include("profiles.api.urls")),
    path("api/", include("reels.api.urls")),
    path("api/", include("analytics.api.urls")),
    path("api/", include("mlengine.api.urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("admin/", admin.site.urls),
    path("health/live", probes.live),
    path("health/ready", probes.ready),
    path("metrics", probes.metrics),
    path("media/<path:name>", media),
    path("", include("socialml.dashboard.urls")),
    home,
]

handler400 = "socialml.api.errors.bad_request"
handler403 = "socialml.api.errors.forbidden"
handler404 = "socialml.api.errors.not_found"
handler500 = "socialml.api.errors.server_error"
