"""Applications, middleware and the parts of Django itself."""

from pathlib import Path

from socialml.settings.env import IS_PRODUCTION, ROOT, VAR, env

BASE_DIR = ROOT
SOCIALML_VAR = VAR
SOCIALML_ENVIRONMENT = "production" if IS_PRODUCTION else "embedded"
DEBUG = env.bool("DEBUG", default=False)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "socialml",
    "socialml.core",
    # The dashboard builds on modules of the demo client, whether or not that has a page.
    "socialml.demo",
    "socialml.dashboard",
    "analytics",
    "mlengine",
    "profiles",
    "posts",
    "reels",
]

# The client at /, for looking rather than reading; without it / leads to /docs.
SOCIALML_DEMO_CLIENT = env.bool("SOCIALML_DEMO_CLIENT", default=not IS_PRODUCTION)

MIDDLEWARE = [
    "socialml.api.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "socialml.api.middleware.SessionsForPages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "socialml.api.middleware.Safeguards",
]

ROOT_URLCONF = env.str("SOCIALML_URLCONF", default="socialml.urls")
WSGI_APPLICATION = "socialml.wsgi.application"
APPEND_SLASH = False
AUTH_USER_MODEL = "profiles.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Static files come straight from the packages: no collectstatic step is needed to start.
WHITENOISE_USE_FINDERS = True

# Where the web processes add up their counts for /metrics; the name is prometheus_client's own.
SOCIALML_METRICS_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", default="")
if SOCIALML_METRICS_DIR:
    Path(SOCIALML_METRICS_DIR).mkdir(parents=True, exist_ok=True)

# Sessions, log-in, messages and CSRF wrap the admin's pages alone (socialml.api.middleware),
# where Django's checks do not look. Preloading HSTS binds a domain for years: its owner's choice.
SILENCED_SYSTEM_CHECKS = [
    "admin.E408",
    "admin.E409",
    "admin.E410",
    "security.W003",
    "security.W021",
]
