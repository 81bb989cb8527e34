"""Starts one `ingest` when files were delivered to landing: new ones, changed ones, or fewer.

The fingerprint of a listing shows what is there now; the one in a run's metadata shows what that run loaded. Many files
that arrive together start one run: it starts when a listing equals the one before, or when files have kept arriving for
too long.
"""

import time
from typing import Final

from dagster import (
    DagsterInstance,
    DagsterRunStatus,
    DefaultSensorStatus,
    RunRequest,
    RunsFilter,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from shop_assets.automation.jobs import INGESTING_JOBS, ingest
from shop_assets.automation.sensor_cursor import SensorCursor
from shop_assets.automation.unfinished_runs import unfinished_run
from shop_assets.automation.up_to_date import LANDING_TIMEOUT_SECONDS, with_timeout
from shop_assets.documents.kinds import KINDS
from shop_assets.errors import TransientError
from shop_assets.landing.assets import FINGERPRINT
from shop_assets.landing.fingerprint import fingerprint
from shop_assets.language.counts import counted
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import RAW_JSON
from shop_assets.orchestration.automatic_runs import AUTOMATIC_TAGS
from shop_assets.settings import Settings

INTERVAL_SECONDS: Final = 60
REPEAT_AFTER_SECONDS: Final = (15 * 60, 60 * 60, 4 * 60 * 60)
"""After a run that failed, the same files are loaded again: its own retries end after four minutes, and a service may
be away for longer. What is still wrong after the third time needs a person."""

RUN_KEY_TAG: Final = "dagster/run_key"
MAXIMUM_WAIT_SECONDS: Final = 15 * 60
"""How long files may keep arriving before a run loads those that are there: an endless delivery must not wait."""


class Cursor(SensorCursor):
    """What the last tick saw, since when it has been changing (Unix seconds; 0 if stable), and the last run request."""

    seen: str = ""
    changing_since: float = 0.0
    requested: str = ""
    number: int = 0
    repeats: int = 0


def build_landing_sensor(settings: Settings) -> SensorDefinition:
    """Build the sensor.

    Args:
        settings: Whether it is on from the start (`SHOP_AUTOMATION`).

    Returns:
        The sensor `new_documents`.
    """

    @sensor(
        name="new_documents",
        job=ingest,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=DefaultSensorStatus.RUNNING if settings.automation else DefaultSensorStatus.STOPPED,
        description="New or changed files in landing start one run of ingest once no more arrive.",
    )
    def new_documents(context: SensorEvaluationContext, object_store: ObjectStoreResource) -> SensorResult:
        cursor = Cursor.parse(context.cursor)
        try:
            return with_timeout(
                lambda: evaluate(context.instance, object_store.landing(), cursor, time.time()), LANDING_TIMEOUT_SECONDS
            )
        except TimeoutError as error:
            raise TransientError(
                f"Object storage did not list landing within {LANDING_TIMEOUT_SECONDS:.0f} s: is it running? The "
                "next tick asks again."
            ) from error

    return new_documents


def evaluate(instance: DagsterInstance, bucket: Bucket, cursor: Cursor, now: float) -> SensorResult:
    """What a tick does at `now` (seconds since 1970): it requests a run, or says why not."""
    found = {kind.name: fingerprint(bucket, kind) for kind in KINDS}
    seen = ",".join(f"{kind}={value}" for kind, value in found.items())
    objects = sum(value.objects for value in found.values())
    is_stable = seen == cursor.seen
    changing_since = 0.0 if is_stable else cursor.changing_since or now
    updated = cursor.model_copy(update={"seen": seen, "changing_since": changing_since})
    if not objects:
        return _skip(updated, "landing is empty")
    is_repeat = seen == cursor.requested
    if is_repeat and not _is_due_again(instance, cursor, now):
        return _skip(updated, f"no change in {counted(objects, 'file')} since the last run request")
    if _is_loaded(instance, {kind: str(value) for kind, value in found.items()}):
        return _skip(
            updated.model_copy(update={"requested": seen}),
            f"a run has already loaded {counted(objects, 'file')}, all there are",
        )
    if not is_stable and now - changing_since < MAXIMUM_WAIT_SECONDS:
        return _skip(updated, f"files are still arriving ({objects} now): a run starts when they stop")
    if unfinished := next(filter(None, (unfinished_run(instance, job) for job in INGESTING_JOBS)), None):
        return _skip(updated, f"run {unfinished} is in progress and may load the new files")
    number = cursor.number + 1
    # Of a delivery that goes on the wait begins again: otherwise each tick from now on would request a run.
    since = 0.0 if is_stable else now
    repeats = cursor.repeats + 1 if is_repeat else 0
    requested = updated.model_copy(
        update={"requested": seen, "number": number, "repeats": repeats, "changing_since": since}
    )
    # The number distinguishes contents that came back; a tick repeated after a crash has the same number.
    request = RunRequest(run_key=_run_key(number, seen), tags=AUTOMATIC_TAGS | {"shop/landing_files": str(objects)})
    return SensorResult(run_requests=[request], cursor=requested.model_dump_json())


def _run_key(number: int, seen: str) -> str:
    return f"landing-{number}-{seen}"


def _is_due_again(instance: DagsterInstance, cursor: Cursor, now: float) -> bool:
    """Whether the last requested run failed long enough ago. One that a person canceled or deleted is not repeated."""
    if cursor.repeats >= len(REPEAT_AFTER_SECONDS):
        return False
    wanted = RunsFilter(tags={RUN_KEY_TAG: _run_key(cursor.number, cursor.requested)})
    records = instance.get_run_records(wanted, limit=1)  # the newest: Dagster's own retries have the tag too
    return (
        bool(records)
        and records[0].dagster_run.status is DagsterRunStatus.FAILURE
        and now - (records[0].end_time or now) >= REPEAT_AFTER_SECONDS[cursor.repeats]
    )


def _skip(cursor: Cursor, reason: str) -> SensorResult:
    return SensorResult(skip_reason=SkipReason(reason), cursor=cursor.model_dump_json())


def _is_loaded(instance: DagsterInstance, found: dict[str, str]) -> bool:
    """Whether the newest run of every kind's asset found exactly this and succeeded.

    A run that is still active may fail, and then no other run would load its files.
    """
    for kind in KINDS:
        event = instance.get_latest_materialization_event(RAW_JSON[kind])
        materialization = event.asset_materialization if event is not None else None
        if event is None or materialization is None or FINGERPRINT not in materialization.metadata:
            return False
        if materialization.metadata[FINGERPRINT].value != found[kind.name]:
            return False
        run = instance.get_run_by_id(event.run_id)
        if run is None or run.status is not DagsterRunStatus.SUCCESS:
            return False
    return True
