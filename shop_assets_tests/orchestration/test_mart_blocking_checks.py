"""Whether the MART is sound: what its blocking checks found when they were last evaluated, whatever came after."""

from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from shop_assets.orchestration.mart_blocking_checks import WrongMartError, require_mart_checks_passed

CHECK = "mart_equals_raw"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides={"telemetry": {"enabled": False}}) as instance:
        yield instance


def nothing() -> None:
    pass


def fails() -> None:
    raise ConnectionRefusedError


def evaluate(
    instance: dg.DagsterInstance,
    *,
    passed: bool = True,
    before: Callable[[], None] = nothing,
    in_the_check: Callable[[], None] = nothing,
) -> None:
    """A run that makes the MART and then evaluates its check."""

    @dg.asset(name="clickhouse_mart")
    def mart() -> None:
        before()

    @dg.asset_check(asset=mart, name=CHECK, blocking=True)
    def check() -> dg.AssetCheckResult:
        in_the_check()
        return dg.AssetCheckResult(passed=passed)

    job = dg.define_asset_job("ingest", dg.AssetSelection.all())
    built = dg.Definitions(assets=[mart], asset_checks=[check], jobs=[job])
    built.resolve_job_def("ingest").execute_in_process(instance=instance, raise_on_error=False)


def test_a_mart_that_was_found_wrong_is_refused_until_it_is_found_right(instance: dg.DagsterInstance):
    require_mart_checks_passed(instance)
    evaluate(instance, passed=False)
    with pytest.raises(WrongMartError, match=f"The MART failed {CHECK}:"):
        require_mart_checks_passed(instance)
    evaluate(instance)
    require_mart_checks_passed(instance)


def test_a_run_that_fails_before_its_check_says_nothing_of_the_mart(instance: dg.DagsterInstance):
    evaluate(instance, passed=False)
    for _ in range(3):
        evaluate(instance, before=fails)
    with pytest.raises(WrongMartError):
        require_mart_checks_passed(instance)


def test_a_check_that_raises_says_nothing_of_the_mart(instance: dg.DagsterInstance):
    evaluate(instance, passed=False)
    evaluate(instance, in_the_check=fails)
    with pytest.raises(WrongMartError):
        require_mart_checks_passed(instance)


@pytest.mark.parametrize("first", [False, True])
def test_of_two_runs_at_once_the_later_evaluation_counts_and_not_the_later_run(
    instance: dg.DagsterInstance, first: bool
):
    evaluate(instance, passed=not first, before=lambda: evaluate(instance, passed=first))
    if first:
        with pytest.raises(WrongMartError):
            require_mart_checks_passed(instance)
    else:
        require_mart_checks_passed(instance)
