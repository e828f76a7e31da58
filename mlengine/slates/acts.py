"""The stream of acts, as one of its readers sees it: taken, and done or left to be taken again."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import redis

from analytics.services.announcing import STREAM
from socialml.core.redis import key, patient_client

# All readers together are one group: each entry goes to one of them.
GROUP = "slates"
# Who reads waits so long for something to come, then looks around.
WAIT_SECONDS = 1.0
# Entries taken at a time.
MOST = 200
# An entry taken so long ago and not done is another reader's, who was killed: it is taken over.
LEFT_AFTER_SECONDS = 5.0
# Readers unheard of for so long are struck off.
_GONE_AFTER_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Acts:
    """Some entries: their ids, and each account's newest event in them."""

    entry_ids: tuple[bytes, ...]
    newest: dict[int, int]


class ActReader:
    """One of those who read the stream.

    What it takes stays marked as taken until it says that it is done; what a killed reader left
    is taken over by the next. Redis may lose the stream and all marks: both are made anew.

    Parameters
    ----------
    name : str
        Unlike any other reader's, and unlike that of a reader before in the same place.
    """

    def __init__(self, *, name: str) -> None:
        self.name = name
        self._client = patient_client(seconds=WAIT_SECONDS)
        self._looked_at = 0.0

    def take(self, *, wait_seconds: float = WAIT_SECONDS) -> Acts:
        """Return what others have left, else what is new, waiting for it.

        :raises RedisError: if Redis is away.
        """
        try:
            left = self._left()
            return left if left.entry_ids else self._new(wait_seconds)
        except redis.ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            self._group_make()
            return self._new(wait_seconds)

    def done(self, acts: Acts) -> None:
        """Say that these need not be taken again.

        :raises RedisError: if Redis is away; they are taken again then.
        """
        if acts.entry_ids:
            self._client.xack(key(STREAM), GROUP, *acts.entry_ids)

    def _new(self, wait_seconds: float) -> Acts:
        found: Any = self._client.xreadgroup(
            GROUP, self.name, {key(STREAM): ">"}, count=MOST, block=int(wait_seconds * 1000)
        )
        return _acts(found[0][1] if found else [])

    def _left(self) -> Acts:
        now = time.monotonic()
        if now - self._looked_at < LEFT_AFTER_SECONDS:
            return _acts([])
        idle = int(LEFT_AFTER_SECONDS * 1000)
        answer: Any = self._client.xautoclaim(
            key(STREAM), GROUP, self.name, min_idle_time=idle, count=MOST
        )
        if len(answer[1]) < MOST:
            self._looked_at = now
            self._strike_off()
        return _acts(answer[1])

    def _group_make(self) -> None:
        # From the beginning: to look at what was done already costs one query.
        with suppress(redis.ResponseError):
            self._client.xgroup_create(key(STREAM), GROUP, id="0", mkstream=True)

    def _strike_off(self) -> None:
        readers: Any = self._client.xinfo_consumers(key(STREAM), GROUP)
        for reader in readers:
            is_gone = reader["idle"] > _GONE_AFTER_SECONDS * 1000 and not reader["pending"]
            if is_gone and reader["name"] != self.name.encode():
                self._client.xgroup_delconsumer(key(STREAM), GROUP, reader["name"])


def _acts(entries: Iterable[tuple[bytes, dict[bytes, bytes] | None]]) -> Acts:
    ids: list[bytes] = []
    newest: dict[int, int] = {}
    for entry_id, fields in entries:
        ids.append(entry_id)
        # Of an entry that was pushed out of the stream nothing but its id is left.
        with suppress(KeyError, ValueError, TypeError):
            account, event = int((fields or {})[b"account"]), int((fields or {})[b"event"])
            newest[account] = max(event, newest.get(account, 0))
    return Acts(tuple(ids), newest)
