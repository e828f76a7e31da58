"""Where the environment is read, and the secrets of an embedded installation are made."""

import hashlib
import json
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):
    """The environment, whose unreadable values are told by name."""

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        """Return the variable's value as the type asked for.

        :raises ImproperlyConfigured: if it cannot be read so, or is missing and has no default.
        """
        try:
            return super().get_value(var, *args, **options)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} cannot be read: {error}.") from error

    def share(self, var: str, *, default: float) -> float:
        """Return the variable's value as a number from 0 to 1.

        :raises ImproperlyConfigured: if it is none.
        """
        value = float(self.float(var, default=default))
        if not 0.0 <= value <= 1.0:
            raise ImproperlyConfigured(f"{var} must be a number from 0 to 1.")
        return value


env = Environment()

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(env.str("SOCIALML_VAR", default=str(ROOT / "var"))).resolve()
IS_PRODUCTION = env.str("SOCIALML_ENV", default="embedded") == "production"

# A unix socket's path may hold 107 bytes; deep checkouts need a shorter one.
_SOCKET_PATH_BYTES = 100


def secret(name: str) -> str:
    """Return the secret called `name` from the environment, else from var/secrets.json.

    The file is made once, readable by its owner alone; in production a missing secret is refused.

    :raises ImproperlyConfigured: if production lacks it, or it is shorter than 32 characters.
    """
    value = env.str(name, default="")
    if not value and IS_PRODUCTION:
        raise ImproperlyConfigured(f"Set {name}: production starts with no made-up secret.")
    if value and len(value) < 32:
        raise ImproperlyConfigured(f"{name} must have at least 32 characters.")
    return value or _kept_secrets()[name]


def valkey_socket() -> Path:
    """Return the path of the embedded Valkey's private socket."""
    path = VAR / "run" / "valkey.sock"
    if len(str(path).encode()) <= _SOCKET_PATH_BYTES:
        return path
    digest = hashlib.sha256(str(VAR).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"socialml-{digest}" / "valkey.sock"


def celery_url(redis_url: str) -> str:
    """Return `redis_url` as Celery spells it: it has its own scheme for unix sockets."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    database = query.removeprefix("db=") or "0"
    return f"redis+socket://{path}?virtual_host={database}"


def _kept_secrets() -> dict[str, str]:
    file = VAR / "secrets.json"
    if not file.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        made = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "JWT_SECRET_KEY")}
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            json.dump(made, handle)
        # Linking fails where another process was first: its secrets then hold for both.
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    kept: dict[str, str] = json.loads(file.read_text())
    return kept
