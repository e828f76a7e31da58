import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("MAX_POST_LENGTH", "many", "MAX_POST_LENGTH cannot be read"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL must begin with postgres:// or sqlite://"),
        ("DATABASE_URL", "mysql://a@b/c", "DATABASE_URL must begin with postgres:// or sqlite://"),
        ("BROKER_URL", "unix:///run/redis.sock", "redis+socket:///path"),
        ("SOCIALML_OUTCOME_WEIGHTS", '{"likes": 1}', "some of: watch, like, comment, share"),
        ("SOCIALML_OUTCOME_WEIGHTS", '{"like": NaN}', "the weight of like must be a number"),
        (
            "SOCIALML_SLATE_RELEVANCE",
            "1.5",
            "SOCIALML_SLATE_RELEVANCE must be a number from 0 to 1",
        ),
        ("SOCIALML_BUSY_AUTHOR_STRENGTH", "-0.1", "must be a number from 0 to 1"),
        ("SOCIALML_FEED_SOURCES", "magic", "must name some of: item-neighbours"),
        ("SOCIALML_UPLOAD_PART_BYTES", "0", "SOCIALML_UPLOAD_PART_BYTES must be 1 or more"),
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 32 characters"),
        ("SOCIALML_ENV", "production", "Set SECRET_KEY"),
        ("SOCIALML_VAR", "/proc/nowhere", "/proc/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_a_sentence(tmp_path, name, value, told):
    environment = {"PATH": os.environ["PATH"], "SOCIALML_VAR": str(tmp_path), name: value}

    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
