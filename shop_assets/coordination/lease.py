"""The lease of ingestion: one writer at a time between landing and MART, whichever program or machine started it.

One lease for all writing stages and not one a stage: clickhouse_mart must not compare tables into which another run
inserts, and a run that waits should wait for one other, not for a chain of them. It is held stage by stage: every
stage is right whatever came before it, so two runs may take turns.

The holder renews it every few seconds. Who waits takes it over when the holder's process is gone from this machine, or
when it was not renewed for `EXPIRY_SECONDS`; both are judged by MongoDB's clock alone. A holder that was paused for
longer finds out at its next `check`, which asks MongoDB: it is called before everything that would harm if two did it.
"""

import logging
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any, Final

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from shop_assets.coordination.errors import LeaseHeldError, LeaseLostError, LeaseUnverifiedError
from shop_assets.coordination.processes import ProcessIdentity, current_process, has_exited

LOGGER: Final = logging.getLogger(__name__)

LEASES: Final = "leases"
NAME: Final = "ingestion"

HEARTBEAT_SECONDS: Final = 4.0
EXPIRY_SECONDS: Final = 20.0
"""Five missed heartbeats: a machine with two busy cores misses one or two. It is what a run pays at most for another
one that was killed on another machine."""

ACQUIRE_TIMEOUT_SECONDS: Final = 600.0
"""A stage of a daily run takes seconds; one that loads a first million of documents takes minutes."""

POLL_SECONDS: Final = 0.5

Document = dict[str, Any]
Guard = Callable[[], None]
"""Called before a write: raises when it is no longer ours to make."""


def unguarded() -> None:
    """The guard of a caller that knows that nobody else writes."""


class Lease:
    """The lease as one run sees it; use `ingestion_lease`. `check` is a Guard."""

    def __init__(self, database: Database[Document], stage: str, run_id: str) -> None:
        self._database = database
        self._leases = database[LEASES]
        self._mine = {"_id": NAME, "token": uuid.uuid4().hex}
        self._holder = {
            "token": self._mine["token"],
            "stage": stage,
            "run_id": run_id,
            "host": socket.gethostname(),
            "process": asdict(current_process()),
        }
        self._ended = Event()

    def check(self) -> None:
        """Raises LeaseLostError when another run holds the lease, LeaseUnverifiedError when MongoDB does not answer."""
        try:
            is_ours = self._renew()
        except PyMongoError as error:
            raise LeaseUnverifiedError(
                f"MongoDB does not answer, so {self._holder['stage']} cannot know whether it may still write "
                f"({type(error).__name__}). What it wrote is right: start MongoDB (`shop status`), then run this again."
            ) from error
        if not is_ours:
            raise LeaseLostError(
                f"{self._holder['stage']} was silent for more than {EXPIRY_SECONDS:.0f} s (paused, or cut off from "
                f"MongoDB), and another run took over: {_describe(self._leases.find_one({'_id': NAME}))}. This one "
                "stops before it writes any more. What it wrote is right; let the other run end, then run this again."
            )

    def _renew(self) -> bool:
        return self._leases.update_one(self._mine, {"$currentDate": {"renewed_at": True}}).matched_count == 1

    def try_acquire(self) -> Document | None:
        """Takes the lease if it is free; otherwise gives what its holder wrote, nothing when that has just ended."""
        taking = {"$set": self._holder, "$currentDate": {"taken_at": True, "renewed_at": True}}
        try:
            self._leases.find_one_and_update(self._mine, taking, upsert=True)
        except DuplicateKeyError:
            held = self._leases.find_one({"_id": NAME}) or {}
        else:
            return None
        if not held or not self._is_abandoned(held):
            return held
        unchanged = {name: held[name] for name in ("_id", "token", "renewed_at")}
        if self._leases.find_one_and_update(unchanged, taking) is None:
            return held
        LOGGER.warning("the lease of a run that ended without giving it back is taken over: %s", _describe(held))
        return None

    def _is_abandoned(self, held: Document) -> bool:
        # A command's answer has no time zone; MongoDB's times are in UTC.
        now = self._database.command("hello")["localTime"].replace(tzinfo=UTC)
        silent_seconds: float = (now - held["renewed_at"]).total_seconds()
        return silent_seconds > EXPIRY_SECONDS or has_exited(ProcessIdentity(**held["process"]))

    def renew_until_released(self) -> None:
        """Renews the lease until it is given back or lost; for a thread of its own."""
        while not self._ended.wait(HEARTBEAT_SECONDS):
            try:
                if not self._renew():
                    return  # `check` reports it
            except PyMongoError as error:
                LOGGER.warning("the lease was not renewed, it will be tried again: %s", type(error).__name__)

    def release(self) -> None:
        """Frees the lease for the next one."""
        self._ended.set()
        try:
            self._leases.delete_one(self._mine)
        except PyMongoError as error:
            LOGGER.warning("the lease was not given back, it will expire: %s", type(error).__name__)


@contextmanager
def ingestion_lease(
    database: Database[Document],
    stage: str,
    run_id: str,
    notify: Callable[[str], object] = LOGGER.warning,
    timeout_seconds: float = ACQUIRE_TIMEOUT_SECONDS,
) -> Iterator[Lease]:
    """Holds the lease for the block. While another run holds it, waits, and says so once through `notify`.

    Raises LeaseHeldError, which names the holder, when it is not free within `timeout_seconds`.
    """
    lease = Lease(database, stage, run_id)
    deadline = time.monotonic() + timeout_seconds
    notified = False
    while (held := lease.try_acquire()) is not None:
        if time.monotonic() > deadline:
            raise LeaseHeldError(
                f"{stage} waited {timeout_seconds:.0f} s for its turn: another run is at work, {_describe(held)}. "
                "Let it end, or end it, then run this again. Nothing was changed."
            )
        if held and not notified:
            notify(f"{stage} waits for another run: {_describe(held)}")
            notified = True
        time.sleep(POLL_SECONDS)
    Thread(target=lease.renew_until_released, name="lease", daemon=True).start()
    try:
        yield lease
    finally:
        lease.release()


def _describe(held: Document | None) -> str:
    if not held:
        return "it has just ended"
    since: datetime = held["taken_at"]
    return (
        f"{held['stage']} of run {held['run_id']}, process {held['process']['pid']} on {held['host']}, "
        f"since {since:%Y-%m-%d %H:%M:%S} UTC"
    )
