"""The page of the demo client. All it shows it asks the REST API for."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """/: the shell that the modules in static/demo fill."""
    context = {
        "longest_post": settings.MAX_POST_LENGTH,
        "longest_video_seconds": settings.MAX_VIDEO_DURATION_SECONDS,
        "largest_video_bytes": settings.MAX_VIDEO_SIZE_BYTES,
    }
    response = render(request, "demo/index.html", context)
    response["Content-Security-Policy"] = content_policy(settings.MEDIA_URL)
    response["Cache-Control"] = "no-cache"
    response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    return response


def content_policy(media_url: str) -> str:
    """Return what the page may load: its own files, and media from where `media_url` says.

    No inline script or style, and no way of turning a string into either.
    """
    address = urlsplit(media_url)
    media = (
        f"'self' blob: {address.scheme}://{address.netloc}" if address.netloc else "'self' blob:"
    )
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"connect-src 'self'{_upload_places()}",
            f"img-src {media}",
            f"media-src {media}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _upload_places() -> str:
    """Return where parts of uploads go, if not here: a bucket is a path there, or a name before."""
    if not (settings.SOCIALML_MEDIA_S3_BUCKET and settings.SOCIALML_UPLOADS_DIRECT):
        return ""
    address = urlsplit(settings.SOCIALML_MEDIA_S3_ENDPOINT or "https://amazonaws.com")
    return f" {address.scheme}://{address.netloc} {address.scheme}://*.{address.netloc}"
