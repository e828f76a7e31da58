"""How the REST API answers: DRF, its schema, and the rate limits."""

from socialml.settings.env import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["socialml.api.authentication.AccessToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["socialml.api.parsers.StrictJSON"],
    "DEFAULT_RENDERER_CLASSES": ["socialml.api.renderers.JSON"],
    "DEFAULT_SCHEMA_CLASS": "socialml.api.schema.Operation",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "socialml.api.renderers.AlwaysJSON",
    "EXCEPTION_HANDLER": "socialml.api.errors.answer_error",
    "UNAUTHENTICATED_USER": "socialml.api.authentication.Anonymous",
    "UNAUTHENTICATED_TOKEN": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": False,
}

# Requests a window, by the scope a view names: (count, seconds).
SOCIALML_RATE_LIMITS = {
    scope: (count * env.int("SOCIALML_RATE_FACTOR", default=1), seconds)
    for scope, (count, seconds) in {
        "anonymous": (60, 60),
        "account": (300, 60),
        "login": (30, 300),
        "login_account": (10, 900),
        "sign_up": (30, 1800),
        "write": (120, 60),
        "upload": (30, 1800),
        "upload_part": (600, 300),
        "upload_finish": (60, 1800),
        "report": (30, 3600),
        "appeal": (30, 3600),
        "export": (10, 3600),
    }.items()
}

SPECTACULAR_SETTINGS = {
    "TITLE": "SocialML",
    "DESCRIPTION": "Profiles, posts and reels, and the machine learning such a product lives on.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": True, "displayRequestDuration": True},
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Five shapes call a field `state`, each with states of its own.
    "ENUM_NAME_OVERRIDES": {
        "AppealStates": "posts.models.Appeal.State",
        "ReportStates": "posts.models.Report.State",
        "FollowStates": "profiles.models.Follow.State",
        "ErasureStates": "profiles.models.Erasure.State",
        "ReelStates": "reels.models.Reel.State",
    },
}
