"""What Dagster knows of the partitions of a run over several days that does not reach its end."""

from collections.abc import Iterator

import dagster as dg
import pytest

from shop_assets.orchestration import partition_records
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.orchestration.partition_records import recorded_partitions

DAYS = dg.DailyPartitionsDefinition("2026-01-01")
RANGE = {"dagster/asset_partition_range_start": "2026-01-01", "dagster/asset_partition_range_end": "2026-01-04"}
KEY = dg.AssetKey("matrix")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def run(instance: dg.DagsterInstance, failing: str | None = None) -> list[set[str]]:
    """Materialize four days in one run, and fail at one of them; gives what was known before each."""
    known: list[set[str]] = []

    @asset(key=KEY, partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
    def matrix(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        with recorded_partitions(context) as record:
            for key in context.partition_keys:
                known.append(set(instance.get_materialized_partitions(KEY)))
                if key == failing:
                    raise RuntimeError
                record({"mail": "ivan@mail.example", "day": key}, key)
        return dg.MaterializeResult()

    job = dg.Definitions(
        [matrix], jobs=[dg.define_asset_job("backfill")], executor=dg.in_process_executor
    ).resolve_job_def("backfill")
    ran = job.execute_in_process(instance=instance, tags=RANGE, raise_on_error=False)
    assert ran.success == (failing is None)
    return known


def test_the_days_before_a_failure_are_known_with_their_masked_metadata(instance: dg.DagsterInstance) -> None:
    run(instance, failing="2026-01-03")
    assert instance.get_materialized_partitions(KEY) == {"2026-01-01", "2026-01-02"}
    for record in instance.fetch_materializations(KEY, limit=10).records:
        materialization = record.asset_materialization
        assert materialization is not None
        assert materialization.metadata["day"].value == record.partition_key
        assert "ivan" not in str(materialization.metadata["mail"].value)


def test_days_are_known_while_the_run_goes_on_for_it_may_be_killed(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_records, "RECORDED_EVERY_SECONDS", 0.0)
    assert run(instance)[-1] == {"2026-01-01", "2026-01-02"}, "all but the last, which the next one records"
    assert len(instance.get_materialized_partitions(KEY)) == 4


def test_a_short_run_records_each_day_once(instance: dg.DagsterInstance) -> None:
    assert run(instance) == [set()] * 4
    assert len(instance.fetch_materializations(KEY, limit=10).records) == 4
