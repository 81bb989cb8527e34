"""The landing sensor on a real bucket, with a clock that the test sets."""

import time
from typing import Any

import dagster as dg
import orjson
import pytest

from shop_assets.automation.jobs import ingest
from shop_assets.automation.landing_sensor import (
    MAXIMUM_WAIT_SECONDS,
    REPEAT_AFTER_SECONDS,
    Cursor,
    build_landing_sensor,
    evaluate,
)
from shop_assets.documents.kinds import STORES
from shop_assets.landing import assets as landing_assets
from shop_assets.landing.fingerprint import fingerprint
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource


class Watch:
    """Ticks a minute apart, each with the cursor of the one before."""

    def __init__(self, instance: dg.DagsterInstance, bucket: Bucket) -> None:
        self._instance, self._bucket = instance, bucket
        self._cursor, self._now = Cursor(), 1_800_000_000.0

    def tick(self, cursor: Cursor | None = None) -> dg.SensorResult:
        self.before = cursor or self._cursor
        result = evaluate(self._instance, self._bucket, self.before, self._now)
        self._cursor, self._now = Cursor.parse(result.cursor), self._now + 60
        return result

    def wait(self, seconds: float) -> None:
        self._now += seconds

    def start_at(self, moment: float) -> None:
        self._now = moment

    def keys(self, ticks: int = 1) -> list[str | None]:
        """The run keys that were asked for in so many ticks."""
        return [request.run_key for _ in range(ticks) for request in self.tick().run_requests or []]


@pytest.fixture
def watch(instance: dg.DagsterInstance, bucket: Bucket) -> Watch:
    return Watch(instance, bucket)


def drop(bucket: Bucket, name: str, **document: Any) -> None:
    bucket.put(f"stores/{name}.json", orjson.dumps({"store_id": name} | document), "application/json")


def test_an_empty_landing_starts_nothing(watch):
    assert watch.keys(3) == []
    assert "empty" in str(watch.tick().skip_reason)


def test_many_files_that_come_together_are_one_run_when_they_have_stopped_coming(watch, bucket):
    drop(bucket, "store-001")
    assert watch.keys() == []
    drop(bucket, "store-002")
    drop(bucket, "store-003")
    assert watch.keys() == []
    assert len(watch.keys()) == 1
    assert watch.keys(3) == []


def test_a_changed_file_a_deleted_one_and_one_that_came_back_are_news(watch, bucket):
    drop(bucket, "store-001")
    drop(bucket, "store-002")
    keys = watch.keys(3)
    drop(bucket, "store-001", city="Тверь")
    keys += watch.keys(3)
    bucket.delete(["stores/store-002.json"])
    keys += watch.keys(3)
    drop(bucket, "store-002")
    keys += watch.keys(3)
    drop(bucket, "store-001")  # as it was at the start
    keys += watch.keys(3)
    assert len(keys) == len(set(keys)) == 5


def test_what_the_project_itself_keeps_in_the_bucket_is_no_news(watch, bucket):
    drop(bucket, "store-001")
    watch.keys(2)
    bucket.put("_manifests/stores.json", b"{}", "application/json")
    bucket.put("_inventory/stores.sqlite", b"", "application/octet-stream")
    assert watch.keys(3) == []


def test_a_delivery_that_never_stops_does_not_wait_for_ever(watch, bucket):
    ticks = int(MAXIMUM_WAIT_SECONDS / 60) + 1
    requested = []
    for number in range(2 * ticks):
        drop(bucket, "store-001", number=number)
        requested += [number] * len(watch.keys())
    assert len(requested) == 2, "one for each wait"


def test_a_tick_that_is_repeated_after_a_crash_asks_under_the_same_key(watch, bucket):
    drop(bucket, "store-001")
    watch.tick()
    first = watch.tick()
    again = watch.tick(watch.before)
    assert [request.run_key for request in first.run_requests] == [request.run_key for request in again.run_requests]


def test_while_a_run_ingests_no_other_is_asked_for(watch, bucket, instance):
    drop(bucket, "store-001")
    watch.tick()
    running = instance.create_run_for_job(dg.GraphDefinition("everything").to_job(), status=dg.DagsterRunStatus.STARTED)
    skipped = watch.tick()
    assert not skipped.run_requests
    assert running.run_id in str(skipped.skip_reason)
    instance.report_run_failed(running)
    assert len(watch.keys()) == 1


def test_files_that_a_run_has_taken_or_made_itself_are_no_news(watch, bucket, instance, settings):
    small = {"stores": 2, "products": 20, "customers": 3, "purchases": 4}
    made = dg.materialize(
        landing_assets.build_assets(settings),
        resources={"object_store": object_store_resource(settings)},
        run_config={"ops": {f"raw_{kind}_json": {"config": small} for kind in small}},
        instance=instance,
    )
    assert made.success
    assert watch.keys(3) == []
    drop(bucket, "store-999")
    assert len(watch.keys(3)) == 1


def test_files_of_a_run_that_fails_after_it_has_taken_them_are_asked_for(watch, instance, settings):
    while_it_goes_on: list[dg.SensorResult] = []
    landing = landing_assets.build_assets(settings)

    @dg.asset(deps=landing)
    def fails_after_landing() -> None:
        while_it_goes_on.extend(watch.tick() for _ in range(2))
        raise RuntimeError

    everything = dg.Definitions(
        [*landing, fails_after_landing],
        jobs=[dg.define_asset_job("everything")],
        resources={"object_store": object_store_resource(settings)},
    ).resolve_job_def("everything")
    small = {"stores": 2, "products": 20, "customers": 3, "purchases": 4}
    ran = everything.execute_in_process(
        run_config={"ops": {f"raw_{kind}_json": {"config": small} for kind in small}},
        instance=instance,
        raise_on_error=False,
    )
    assert not ran.success
    assert [ran.run_id in str(tick.skip_reason) for tick in while_it_goes_on] == [False, True]
    assert len(watch.keys()) == 1


def requested_run(instance: dg.DagsterInstance, key: str | None) -> dg.DagsterRun:
    job = dg.GraphDefinition("ingest").to_job()
    return instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags={"dagster/run_key": str(key)})


def test_the_run_of_files_is_repeated_after_it_failed_and_not_for_ever(watch, bucket, instance):
    watch.start_at(time.time())  # Dagster's own clock says when a run ended
    drop(bucket, "store-001")
    keys = watch.keys(2)
    for seconds in REPEAT_AFTER_SECONDS:
        instance.report_run_failed(requested_run(instance, keys[-1]))
        assert watch.keys() == [], "the service may still be away"
        watch.wait(seconds)
        keys += watch.keys()
        assert watch.keys() == [], "it is requested once"
    assert len(keys) == len(set(keys)) == 1 + len(REPEAT_AFTER_SECONDS)
    instance.report_run_failed(requested_run(instance, keys[-1]))
    watch.wait(10 * max(REPEAT_AFTER_SECONDS))
    assert watch.keys(2) == []
    drop(bucket, "store-002")
    keys += watch.keys(2)
    instance.report_run_failed(requested_run(instance, keys[-1]))
    watch.wait(REPEAT_AFTER_SECONDS[0])
    assert len(watch.keys()) == 1, "other files have repeats of their own"


def test_a_run_that_a_person_canceled_is_not_repeated(watch, bucket, instance):
    watch.start_at(time.time())
    drop(bucket, "store-001")
    (key,) = watch.keys(2)
    instance.report_run_canceled(requested_run(instance, key))
    watch.wait(max(REPEAT_AFTER_SECONDS))
    assert watch.keys(2) == []


def test_the_sensor_asks_for_the_job_ingest_with_retries(instance, bucket, settings):
    drop(bucket, "store-001")
    sensor = build_landing_sensor(settings)
    cursor = None
    for _ in range(2):
        store = {"object_store": object_store_resource(settings)}
        with dg.build_sensor_context(instance=instance, cursor=cursor, resources=store) as context:
            result = sensor.evaluate_tick(context)
        cursor = result.cursor
    (request,) = result.run_requests
    assert sensor.job_name == ingest.name
    assert request.tags["shop/retries"] == "3"
    assert request.tags["shop/landing_files"] == "1"


@pytest.mark.parametrize(("automation", "status"), [(True, "RUNNING"), (False, "STOPPED")])
def test_it_is_on_from_the_start_where_the_setting_says_so(stack_settings, automation, status):
    sensor = build_landing_sensor(stack_settings.model_copy(update={"automation": automation}))
    assert sensor.default_status.value == status


def test_a_fingerprint_is_of_keys_and_contents_in_any_order(bucket):
    drop(bucket, "store-002")
    drop(bucket, "store-001")
    first = fingerprint(bucket, STORES)
    bucket.delete(["stores/store-002.json"])
    assert fingerprint(bucket, STORES) != first
    drop(bucket, "store-002")
    assert fingerprint(bucket, STORES) == first
    assert first.objects == 2
