import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SECRETS = ("SECRET_KEY", "JWT_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "ALLOWED_HOSTS")
ONCE = "migrate"


def stage(name):
    """Return the lines of one stage of the Dockerfile."""
    return re.split(r"^FROM .* AS ", DOCKERFILE, flags=re.MULTILINE)[
        1 + re.findall(r"^FROM .* AS (\w+)$", DOCKERFILE, re.MULTILINE).index(name)
    ]


def command(service):
    return " ".join(SERVICES[service]["command"])


def test_no_key_stands_twice_in_the_compose_file():
    class Strict(yaml.SafeLoader):
        def construct_mapping(self, node, deep=False):
            names = [key.value for key, _ in node.value if key.value != "<<"]
            assert len(names) == len(set(names)), names
            return super().construct_mapping(node, deep)

    assert yaml.load((ROOT / "docker-compose.yml").read_text(), Strict)  # noqa: S506


def test_every_part_of_a_deployment_is_there():
    own = {"web", "worker", "follower", "beat", ONCE}
    parts = own | {"postgres", "pgbouncer", "cache", "broker", "nginx"}

    assert set(SERVICES) == parts


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_runs_a_stated_version_without_root_and_without_privileges(name):
    service = SERVICES[name]

    image, _, tag = service["image"].partition(":")
    assert image
    assert re.search(r"\d", tag), f"{name} runs {service['image']}"
    assert service["user"].split(":")[0] not in ("", "0", "root")
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {ONCE}))
def test_every_lasting_service_has_a_health_check(name):
    service = SERVICES[name]

    # web has that of its image.
    target = service.get("build", {}).get("target", "")
    is_of_image = "healthcheck" not in service
    assert "test" in (service.get("healthcheck") or {}) or "HEALTHCHECK" in stage(target)
    assert is_of_image == (name == "web")


def test_what_depends_waits_for_health_and_not_for_a_start():
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if needed == ONCE else "service_healthy"
            assert how["condition"] == expected, f"{name} needs {needed}"


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_has_a_default(secret):
    text = (ROOT / "docker-compose.yml").read_text()
    uses = re.findall(rf"\$\{{{secret}\b([^}}]*)\}}", text)

    assert uses
    assert all(use.startswith(":?") for use in uses)
    assert re.search(rf"^{secret}=$", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_only_nginx_listens_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


def test_the_cache_may_forget_and_the_broker_may_not():
    assert "--maxmemory-policy allkeys-lru" in command("cache")
    assert "--maxmemory-policy noeviction" in command("broker")
    assert "--appendonly yes" in command("broker")
    assert "broker:/data" in SERVICES["broker"]["volumes"]


def test_the_processes_reach_the_database_through_the_pool_and_migrations_do_not():
    for name in ("web", "worker", "beat"):
        assert "@pgbouncer:6432/" in SERVICES[name]["environment"]["DATABASE_URL"]
    assert "@postgres:5432/" in SERVICES[ONCE]["environment"]["DATABASE_URL"]
    assert "pool_mode = transaction" in (ROOT / "docs/deploy/pgbouncer.ini").read_text()


def test_the_worker_takes_every_queue_and_only_beat_beats():
    assert "--queues default,media,training" in command("worker")
    assert "--beat" not in command("worker")
    assert " beat " in command("beat")


@pytest.mark.parametrize("name", ["app", "pgbouncer"])
def test_an_image_ends_as_an_account_that_is_not_root(name):
    users = re.findall(r"^USER (\S+)$", stage(name), re.MULTILINE)

    assert users
    assert users[-1].split(":")[0] not in ("0", "root")
    assert "HEALTHCHECK" in stage(name)


def test_the_image_builds_on_stated_versions_and_installs_by_hash():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert bases
    assert all(":" in base and not base.endswith(":latest") for base in bases)
    assert "--require-hashes" in DOCKERFILE
    # The last stage is what a plain `docker build` makes.
    assert re.findall(r"^FROM .* AS (\w+)$", DOCKERFILE, re.MULTILINE)[-1] == "app"


def test_nginx_replaces_what_a_client_says_of_itself_and_hides_the_metrics():
    text = (ROOT / "docs/deploy/nginx.conf").read_text()

    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in text
    assert SERVICES["web"]["environment"]["SOCIALML_PROXIES"] == "1"
    internal = SERVICES["web"]["environment"]["SOCIALML_MEDIA_INTERNAL"]
    assert re.search(rf"location {internal} {{\s+internal;", text)
    assert re.search(r"location = /metrics {\s+return 404;", text)


def test_nginx_and_nobody_else_outside_may_read_what_the_application_stores():
    _, group = SERVICES["web"]["user"].split(":")

    assert SERVICES["nginx"]["group_add"] == [group]
    assert settings.FILE_UPLOAD_PERMISSIONS == 0o640


@pytest.mark.parametrize("code", ["400", "413", "414", "494", "502 504"])
def test_what_nginx_itself_refuses_is_told_as_the_application_would(code):
    text = (ROOT / "docs/deploy/nginx.conf").read_text()

    [place] = re.findall(rf"error_page {code} .*?(@\w+|/[\w/-]+);", text)
    body = re.search(rf"location (?:= )?{place} {{.*?return \d+ '(.*?)';", text, re.DOTALL)[1]
    assert {"message", "error", "request_id", "timestamp"} == json.loads(body).keys()
    assert json.loads(body)["error"].keys() == {"code", "fields"}


def test_every_setting_of_the_environment_is_explained():
    files = [*(ROOT / "socialml" / "settings").glob("*.py")]
    files.append(ROOT / "socialml" / "management" / "commands" / "up.py")
    read = set()
    for file in files:
        read |= set(re.findall(r"(?:env\.\w+|secret)\(\s*\"([A-Z0-9_]+)\"", file.read_text()))
    explained = set(
        re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )
    # Make sets it for us to see that it started us.
    read -= {"MAKELEVEL"}

    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PORT"} <= read
    assert read <= explained


@pytest.fixture
def checked(tmp_path):
    """What `check` says in production."""
    made_up = {
        name: f"{name}-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789" for name in SECRETS[:2]
    }
    environment = {
        "PATH": os.environ["PATH"],
        "SOCIALML_VAR": str(tmp_path),
        "SOCIALML_ENV": "production",
        "ALLOWED_HOSTS": "social.example",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        **made_up,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_django_has_nothing_to_say_against_the_settings_of_production(checked):
    assert checked.returncode == 0, checked.stderr


def test_the_image_has_every_folder_that_a_start_would_make(checked, tmp_path):
    # Its file system is read-only.
    [made] = re.findall(r"install -d -o socialml -g socialml (.*)", stage("app"))
    [var] = re.findall(r"SOCIALML_VAR=(\S+)", stage("app"))

    assert {f"{var}/{path.relative_to(tmp_path)}" for path in tmp_path.rglob("*")} <= {
        *made.split()
    }


def test_the_containers_are_told_of_a_bucket_for_media():
    told = COMPOSE["x-app-environment"]
    wanted = re.findall(r"^#(SOCIALML_MEDIA_S3_\w+)=", (ROOT / ".env.example").read_text(), re.M)

    assert len(wanted) == 5
    assert set(wanted) <= set(told)
    assert "REQUIREMENTS" in COMPOSE["x-app"]["build"]["args"]
    assert (ROOT / "requirements" / "s3.txt").exists()
