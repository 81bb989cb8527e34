"""Records the partitions of a step that materializes several, also if it does not reach its end.

Their metadata are masked, like those of results (`masked_results.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

from dagster import AssetExecutionContext, AssetMaterialization

from shop_assets.orchestration.masked_results import masked_metadata

RECORDED_EVERY_SECONDS: Final = 60.0
"""A killed run loses at most this many seconds of records, and the partition in progress."""


@contextmanager
def recorded_partitions(context: AssetExecutionContext) -> Iterator[Callable[[Mapping[str, Any], str], None]]:
    """Record the partitions of a step that materializes several, also if it does not reach its end.

    Dagster records them when the step succeeds. A step that fails or is killed at its hundredth day would leave
    ninety-nine published days that Dagster knows nothing of: those it has not recorded yet are recorded when the step
    fails, and every minute.

    Args:
        context: Of the step.

    Yields:
        A function that takes the metadata and the key of a partition that is complete.
    """
    pending: dict[str, Mapping[str, Any]] = {}
    flushed_at = monotonic()

    def flush() -> None:
        nonlocal flushed_at
        for key, metadata in pending.items():
            record_partition_now(context, metadata, key)
        pending.clear()
        flushed_at = monotonic()

    def record(metadata: Mapping[str, Any], key: str) -> None:
        # Before this partition joins them: the step's end, which may be near, records each once more.
        if monotonic() - flushed_at >= RECORDED_EVERY_SECONDS:
            flush()
        context.add_asset_metadata(masked_metadata(metadata), partition_key=key)
        pending[key] = metadata

    try:
        yield record
    except BaseException:
        flush()
        raise


def record_partition_now(context: AssetExecutionContext, metadata: Mapping[str, Any], key: str) -> None:
    """Record the materialization of a partition at once, also of one that is not the run's own, with masked metadata.

    Args:
        context: Of the step.
        metadata: Values by label.
        key: The partition.
    """
    context.log_event(AssetMaterialization(context.asset_key, metadata=masked_metadata(metadata), partition=key))
