"""Following the stream of acts: who acted gets a new ranking at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread

import redis
import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from mlengine.slates.acts import ActReader
from mlengine.slates.catalogue import catalogue_current
from mlengine.slates.model import feed_model
from mlengine.slates.refresh import accounts_catch_up
from mlengine.slates.shared import shared_publish

log = structlog.get_logger(__name__)

# Between two rankings at least, and as long as the one before took: what somebody does in quick
# succession is then one, and however much is done, half of a core is left to others.
PAUSE_SECONDS = 0.1
# While Redis or the database is away.
RETRY_SECONDS = 1.0
# How often the posts are looked at, apart from the ranking: it never waits for them.
_POSTS_EVERY_SECONDS = 5.0


def acts_follow(*, name: str, is_stopping: Callable[[], bool]) -> None:
    """Rank for who acts, until asked to stop. No failure ends it.

    What could not be ranked because Redis or the database was away is taken again; what fails
    otherwise is logged and left to the tick, which reads the log.
    """
    Thread(target=_posts_keep, args=[is_stopping], name="posts", daemon=True).start()
    reader = ActReader(name=name)
    while not is_stopping():
        close_old_connections()
        try:
            seconds = acts_rank(reader)
            if seconds:
                time.sleep(max(PAUSE_SECONDS, seconds))
        except (redis.RedisError, OSError, DatabaseError) as error:
            log.warning("follower_waits", error=type(error).__name__)
            time.sleep(RETRY_SECONDS)


def acts_rank(reader: ActReader) -> float:
    """Take some acts, rank for those whose slates do not know them; return the seconds it took.

    0 where there were none.

    Safe to be given an act twice, and safe to be killed at any point: an act is done when its
    slates are stored.

    :raises RedisError: if Redis is away.
    :raises DatabaseError: if the database is; the acts are taken again then.
    """
    acts = reader.take()
    if not acts.entry_ids:
        return 0.0
    began = time.monotonic()
    try:
        accounts_catch_up(acts.newest, at=timezone.now())
    except DatabaseError:
        raise
    except Exception:
        # Taken again it would fail again, and hold up the others.
        log.exception("acts_not_ranked", accounts=sorted(acts.newest))
    reader.done(acts)
    return time.monotonic() - began


def _posts_keep(is_stopping: Callable[[], bool]) -> None:
    while not is_stopping():
        try:
            at = timezone.now()
            catalogue = catalogue_current(at=at)
            # Read here once a new one is live, so that nobody's ranking waits for that.
            feed_model(catalogue)
            shared_publish(catalogue, at=at)
        except DatabaseError as error:
            log.warning("follower_waits", error=type(error).__name__)
        except Exception:
            log.exception("posts_not_read")
        finally:
            connection.close()
        time.sleep(_POSTS_EVERY_SECONDS)
