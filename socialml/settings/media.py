"""Where media lie: in a folder, or in S3 and what speaks it (requirements/s3.txt)."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from socialml.settings.env import VAR, env
from socialml.settings.product import SOCIALML_UPLOAD_PART_BYTES

MEDIA_URL = env.str("MEDIA_URL", default="/media/")
MEDIA_ROOT = VAR / "media"

SOCIALML_MEDIA_S3_BUCKET = env.str("SOCIALML_MEDIA_S3_BUCKET", default="")
# Where S3 is, if not at Amazon: as the clients reach it, too, when they send parts straight there.
SOCIALML_MEDIA_S3_ENDPOINT = env.str("SOCIALML_MEDIA_S3_ENDPOINT", default="")
# Whether the parts of uploads go straight to S3; else they come here, and on from here.
SOCIALML_UPLOADS_DIRECT = env.bool("SOCIALML_UPLOADS_DIRECT", default=True)
# The location of nginx that gives out media which the application has allowed; without it, and
# with S3, the application gives them out itself.
SOCIALML_MEDIA_INTERNAL = (
    "" if SOCIALML_MEDIA_S3_BUCKET else env.str("SOCIALML_MEDIA_INTERNAL", default="")
)

_SMALLEST_PART = 5 * 1024 * 1024
if SOCIALML_MEDIA_S3_BUCKET and SOCIALML_UPLOAD_PART_BYTES < _SMALLEST_PART:
    raise ImproperlyConfigured("SOCIALML_UPLOAD_PART_BYTES: S3 takes parts of 5 MiB or more.")

_MEDIA: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
if SOCIALML_MEDIA_S3_BUCKET:
    from botocore.config import Config

    _MEDIA = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": SOCIALML_MEDIA_S3_BUCKET,
            "endpoint_url": SOCIALML_MEDIA_S3_ENDPOINT or None,
            # Without these the client looks where Amazon's tools do: a role of the machine, a file.
            "access_key": env.str("SOCIALML_MEDIA_S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("SOCIALML_MEDIA_S3_SECRET_KEY", default="") or None,
            "region_name": env.str("SOCIALML_MEDIA_S3_REGION", default="") or None,
            # Of its own accord it would hold a thread of web for minutes while S3 is away.
            "client_config": Config(
                signature_version="s3v4",
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 3, "mode": "standard"},
            ),
        },
    }
STORAGES = {
    "default": _MEDIA,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
