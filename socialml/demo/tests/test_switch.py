"""On for looking, off in production, and a setting that says otherwise."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

ASK = (
    "import django; django.setup();"
    "from django.conf import settings; from django.urls import resolve;"
    "print(settings.SOCIALML_DEMO_CLIENT, resolve('/').func.__module__)"
)
SECRET = "0123456789-abcdefghijklmnopqrstuvwxyz"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "True socialml.demo.views"),
        ({"SOCIALML_DEMO_CLIENT": "false"}, "False django.views.generic.base"),
        ({"SOCIALML_ENV": "production"}, "False django.views.generic.base"),
        (
            {"SOCIALML_ENV": "production", "SOCIALML_DEMO_CLIENT": "true"},
            "True socialml.demo.views",
        ),
    ],
)
def test_the_client_is_there_unless_this_is_production_or_a_setting_says_otherwise(
    environment, said, tmp_path
):
    made_up = {"SECRET_KEY": f"a{SECRET}", "JWT_SECRET_KEY": f"b{SECRET}"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "socialml.settings",
            "SOCIALML_VAR": str(tmp_path),
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
            "REDIS_URL": "redis://127.0.0.1:1",
            **made_up,
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert asked.stdout.strip() == said
