"""SQLite by default, PostgreSQL through DATABASE_URL."""

from django.core.exceptions import ImproperlyConfigured

from socialml.settings.env import VAR, env

_url = env.str("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")
if not _url.startswith(("postgres://", "postgresql://", "sqlite://")):
    raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite://.")
DATABASES = {"default": env.db_url_config(_url)}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # A deferred transaction that turns into a writer half way fails at once under load.
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
            "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;"
        ),
    }
    # A file in memory would be another database for every thread of a test.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Behind PgBouncer in transaction mode a server-side cursor outlives its connection.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 3,
        "application_name": "socialml",
        "options": env.str(
            "DATABASE_OPTIONS",
            default="-c statement_timeout=30000 -c lock_timeout=10000"
            " -c idle_in_transaction_session_timeout=60000",
        ),
    }
