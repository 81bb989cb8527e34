"""The checks of MART that block, for runs that read a MART which another run has filled.

Dagster blocks only what follows a failed check in the same run. The report is another run than the MART's.
"""

from typing import Final

from dagster import AssetCheckKey, DagsterInstance
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)

from shop_assets.errors import ShopError
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_MART,
    MART_EQUALS_MONGODB,
    MART_EQUALS_RAW,
    PERSONAL_DATA_IS_ENCRYPTED,
)

MART_BLOCKING_CHECKS: Final = tuple(
    AssetCheckKey(CLICKHOUSE_MART, name) for name in (MART_EQUALS_RAW, MART_EQUALS_MONGODB, PERSONAL_DATA_IS_ENCRYPTED)
)

_EVALUATED: Final = frozenset({AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED})
_CONCURRENT_RUNS: Final = 25
"""More than there are at once of one check. Records are in the order in which runs have planned to evaluate it."""


class WrongMartError(ShopError):
    """A blocking check has found the MART to be wrong."""


def require_mart_checks_passed(instance: DagsterInstance) -> None:
    """Refuse to go on from a MART that a blocking check found wrong when it was last evaluated.

    The job `daily_report` evaluates these checks first; a run that somebody puts together from assets does not.

    Args:
        instance: Dagster's instance, which has the evaluations.

    Raises:
        WrongMartError: The last evaluation of one of the checks failed.
    """
    failed = failed_blocking_checks(instance)
    if failed:
        raise WrongMartError(
            f"The MART failed {', '.join(failed)}: nothing is computed from it. `shop check` evaluates the checks "
            "again; docs/operations.md says what to do when one fails."
        )


def failed_blocking_checks(instance: DagsterInstance) -> list[str]:
    """Find the blocking checks that failed when they were last evaluated.

    A run that planned an evaluation and did not come to it, or whose check raised an error, says nothing of the MART.

    Args:
        instance: Dagster's instance, which has the evaluations.

    Returns:
        The names of the checks.
    """
    return [
        key.name
        for key in MART_BLOCKING_CHECKS
        if (last := _last_evaluation(instance, key)) is not None
        and last.status is AssetCheckExecutionRecordStatus.FAILED
    ]


def _last_evaluation(instance: DagsterInstance, key: AssetCheckKey) -> AssetCheckExecutionRecord | None:
    records = instance.event_log_storage.get_asset_check_execution_history(
        key, limit=_CONCURRENT_RUNS, status=_EVALUATED
    )
    return max(records, key=_evaluated_at, default=None)


def _evaluated_at(record: AssetCheckExecutionRecord) -> float:
    return record.create_timestamp if record.event is None else record.event.timestamp
