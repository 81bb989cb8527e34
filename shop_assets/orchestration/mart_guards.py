"""The checks of MART that block, for runs that read a MART which another run has filled.

Dagster blocks only what follows a failed check in the same run. The report is another run than the MART's.
"""

from typing import Final

from dagster import AssetCheckKey, DagsterInstance

from shop_assets.errors import ShopError
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_MART,
    MART_EQUALS_MONGODB,
    MART_EQUALS_RAW,
    PERSONAL_DATA_IS_ENCRYPTED,
)

MART_GUARDS: Final = tuple(
    AssetCheckKey(CLICKHOUSE_MART, name) for name in (MART_EQUALS_RAW, MART_EQUALS_MONGODB, PERSONAL_DATA_IS_ENCRYPTED)
)


class WrongMartError(ShopError):
    """A blocking check has found the MART to be wrong."""


def require_sound_mart(instance: DagsterInstance) -> None:
    """Refuse to go on from a MART that a blocking check found wrong when it was last evaluated.

    The job `daily_report` evaluates these checks first; a run that somebody puts together from assets does not.

    Args:
        instance: Dagster's instance, which has the evaluations.

    Raises:
        WrongMartError: The last evaluation of one of the checks failed.
    """
    records = {key: instance.get_latest_asset_check_evaluation_record(key) for key in MART_GUARDS}
    failed = [key.name for key, record in records.items() if record is not None and record.status.value == "FAILED"]
    if failed:
        raise WrongMartError(
            f"The MART failed {', '.join(failed)}: nothing is computed from it. `shop check` evaluates the checks "
            "again; docs/operations.md says what to do when one fails."
        )
