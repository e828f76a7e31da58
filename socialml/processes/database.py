"""Making an empty database ready: tables, a demo community, models."""

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from analytics.models import Event
from mlengine.models import TrainingRun
from socialml.processes.errors import UpError


def database_migrate() -> int:
    """Apply the migrations that are missing, and return how many were.

    :raises UpError: if the database does not answer or has no space left.
    """
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if missing:
            call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise UpError(f"The database cannot be used ({reason}): see DATABASE_URL.") from error
    return missing


def has_accounts() -> bool:
    return bool(get_user_model().objects.exists())


def has_events() -> bool:
    return Event.objects.exists()


def was_trained() -> bool:
    """Return whether a training ever came to its end; one that was cut off does not count."""
    return TrainingRun.objects.filter(state=TrainingRun.State.DONE).exists()


def connections_close() -> None:
    """Let go of the database: the supervisor needs it only at the start."""
    connections.close_all()
