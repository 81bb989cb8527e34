"""The ingestion lease: one writer at a time between landing and MART, whichever program or machine started it.

There is one lease for all writing stages, not one per stage: clickhouse_mart must not compare tables into which another
run inserts, and a waiting run should wait for one other run, not for a chain of them. It is held stage by stage: each
stage is correct whatever ran before it, so two runs may take turns.

The holder renews it every few seconds. A waiting run takes it over when the holder's process no longer exists on this
machine, or when it was not renewed for `EXPIRY_SECONDS`; only MongoDB's clock counts. A holder that was paused for
longer notices at its next `check`, which asks MongoDB; `check` is called before every write that would do harm if two
runs made it. A pause between check and write does no harm either: writes to MongoDB are transactions that fail then
(`transact`), and RAW issues fencing tokens.
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
from typing import Final

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from shop_assets.coordination.errors import LeaseHeldError, LeaseLostError, LeaseUnverifiedError
from shop_assets.coordination.fence import Fence
from shop_assets.coordination.processes import ProcessIdentity, current_process, has_exited
from shop_assets.coordination.writers import Result, Write
from shop_assets.documents.kinds import Document

LOGGER: Final = logging.getLogger(__name__)

LEASES: Final = "leases"
NAME: Final = "ingestion"

HEARTBEAT_SECONDS: Final = 4.0
EXPIRY_SECONDS: Final = 20.0
"""Five missed heartbeats: a machine with two busy cores misses one or two. A run waits at most this long for one that
was killed on another machine."""

ACQUIRE_TIMEOUT_SECONDS: Final = 600.0
"""A stage of a daily run takes seconds; one that loads a first million of documents takes minutes."""

POLL_SECONDS: Final = 0.5
"""Between two looks at the lease: a waiting run starts at most this late."""

Guard = Callable[[], None]
"""Called before a write: raises when this run may no longer make it."""


class Lease:
    """The lease from the point of view of one run; use `ingestion_lease`. `check` is a Guard, and it is a Writer."""

    def __init__(self, database: Database[Document], stage: str, run_id: str, *, writes: bool = True) -> None:
        self._database = database
        self._leases = database[LEASES]
        self._mine = {"_id": NAME, "token": uuid.uuid4().hex}
        self._holder = {
            "token": self._mine["token"],
            "stage": stage,
            "run_id": run_id,
            "host": socket.gethostname(),
            "process": asdict(current_process()),
            "writes": writes,
        }
        self._ended = Event()
        self._fence = Fence(database, NAME, self._mine["token"], self.check, self._lost)

    def check(self) -> None:
        """Make sure that this run still holds the lease.

        Raises:
            LeaseLostError: Another run holds it now.
            LeaseUnverifiedError: MongoDB does not respond.
        """
        try:
            is_ours = self._renew()
        except PyMongoError as error:
            raise LeaseUnverifiedError(
                f"MongoDB does not respond, so {self._holder['stage']} cannot confirm that it still holds "
                f"the lease ({type(error).__name__}). Data written so far is consistent: start MongoDB "
                "(`shop status`), then run this again."
            ) from error
        if not is_ours:
            raise self._lost()

    def transact(self, write: Write[Result]) -> Result:
        """Make some writes to MongoDB in one transaction, which fails if this run no longer holds the lease.

        Args:
            write: Makes the writes; it may be called again.

        Returns:
            What `write` returned.

        Raises:
            LeaseLostError: Another run holds it now; nothing was written.
        """
        return self._fence.transact(write)

    def _lost(self) -> LeaseLostError:
        return LeaseLostError(
            f"{self._holder['stage']} did not renew the lease for more than {EXPIRY_SECONDS:.0f} s (paused, or "
            f"cut off from MongoDB); another run holds it now: {_describe(self._leases.find_one({'_id': NAME}))}. "
            "This run stops without writing more. Data written so far is consistent: "
            "run this again when that run has finished."
        )

    def _renew(self) -> bool:
        return self._leases.update_one(self._mine, {"$currentDate": {"renewed_at": True}}).matched_count == 1

    def try_acquire(self) -> Document | None:
        """Try to acquire the lease.

        Returns:
            None if this run holds it now; otherwise the entry of its holder, or {} if that has just released it.
        """
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
        # One that wrote nothing left nothing unfinished: every restored backup has the lease of `shop backup` itself.
        if held.get("writes", True):
            LOGGER.warning(
                "taking over the lease of a run that ended without releasing it (nothing needs to be done): %s",
                _describe(held),
            )
        return None

    def _is_abandoned(self, held: Document) -> bool:
        # A command's answer has no time zone; MongoDB's times are in UTC.
        now = self._database.command("hello")["localTime"].replace(tzinfo=UTC)
        silent_seconds: float = (now - held["renewed_at"]).total_seconds()
        return silent_seconds > EXPIRY_SECONDS or has_exited(ProcessIdentity(**held["process"]))

    def renew_until_released(self) -> None:
        """Renew the lease until it is released or lost; for a thread of its own."""
        while not self._ended.wait(HEARTBEAT_SECONDS):
            try:
                if not self._renew():
                    return  # `check` reports it
            except PyMongoError as error:
                LOGGER.warning("the lease was not renewed, which is retried: %s", type(error).__name__)

    def take_fence(self) -> None:
        """Make all transactions of earlier holders fail; called once, when the lease is acquired."""
        self._fence.take()

    def release(self) -> None:
        """Free the lease for the next run."""
        self._ended.set()
        try:
            self._fence.leave()
            self._leases.delete_one(self._mine)
        except PyMongoError as error:
            LOGGER.warning("the lease was not released; it will expire: %s", type(error).__name__)


@contextmanager
def ingestion_lease(
    database: Database[Document],
    stage: str,
    run_id: str,
    notify: Callable[[str], object] = LOGGER.warning,
    timeout_seconds: float = ACQUIRE_TIMEOUT_SECONDS,
    *,
    writes: bool = True,
) -> Iterator[Lease]:
    """Hold the lease for the block. While another run holds it, wait.

    Args:
        database: The database of the collections; the lease is in its collection `leases`.
        stage: The name of the asset or command, for the messages of other runs.
        run_id: The run, for the messages of other runs.
        notify: Called once with a message when this run has to wait.
        timeout_seconds: How long to wait for the lease.
        writes: Whether the block writes anything; if it does not, nobody needs to know that it was killed.

    Yields:
        The lease; call its `check` before each write, and write to MongoDB with its `transact`.

    Raises:
        LeaseHeldError: The lease was not free within `timeout_seconds`; the message names its holder.
    """
    lease = Lease(database, stage, run_id, writes=writes)
    _acquire(lease, stage, notify, timeout_seconds)
    Thread(target=lease.renew_until_released, name="lease", daemon=True).start()
    try:
        lease.take_fence()
        yield lease
    finally:
        lease.release()


def _acquire(lease: Lease, stage: str, notify: Callable[[str], object], timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    notified = False
    while (held := lease.try_acquire()) is not None:
        if time.monotonic() > deadline:
            raise LeaseHeldError(
                f"{stage} waited {timeout_seconds:.0f} s for the ingestion lease, held by {_describe(held)}. "
                "Wait for that run or stop it, then run this again. Nothing was changed."
            )
        if held and not notified:
            notify(f"{stage} waits for another run: {_describe(held)}")
            notified = True
        time.sleep(POLL_SECONDS)


def _describe(held: Document | None) -> str:
    if not held:
        return "a run that has just ended"
    since: datetime = held["taken_at"]
    return (
        f"{held['stage']}, run {held['run_id']}, process {held['process']['pid']} on {held['host']}, "
        f"since {since:%Y-%m-%d %H:%M:%S} UTC"
    )
