"""One materialized asset as a row of numbers."""

from dataclasses import dataclass
from typing import Any, Self

from dagster import DagsterEvent, MetadataValue

from shop_assets.orchestration.asset_metadata import REJECTED, ROWS_IN, ROWS_OUT, SECONDS


@dataclass(frozen=True)
class AssetRow:
    """What went into a stage, what came out, what was rejected, and how many seconds it took."""

    asset: str
    day: str
    rows_in: int
    rows_out: int
    rejected: int
    seconds: float

    @classmethod
    def from_event(cls, event: DagsterEvent) -> Self:
        """The row of a materialization event, from the metadata that every stage gives."""
        materialization = event.step_materialization_data.materialization
        return cls(
            asset=materialization.asset_key.to_user_string(),
            day=materialization.partition or "",
            rows_in=int(_number(materialization.metadata.get(ROWS_IN))),
            rows_out=int(_number(materialization.metadata.get(ROWS_OUT))),
            rejected=int(_number(materialization.metadata.get(REJECTED))),
            seconds=_number(materialization.metadata.get(SECONDS)),
        )


def _number(value: MetadataValue[Any] | None) -> float:
    return float(value.value) if value is not None and isinstance(value.value, int | float) else 0.0
