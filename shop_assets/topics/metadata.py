"""What Dagster shows of a capture of changes."""

from collections.abc import Mapping
from typing import Any, Final

from dagster import MetadataValue

from shop_assets.orchestration.asset_metadata import (
    COLUMN_SCHEMA,
    ROW_COUNT,
    SAMPLE,
    column_schema,
    sample_table,
    stage_metadata,
)
from shop_assets.topics.change_capture import CaptureResult
from shop_assets.topics.sending import TopicResult

SHOWN_FIELDS: Final = 20
"""Fields with personal data that the metadata name for each kind."""


def capture_metadata(result: CaptureResult, totals: Mapping[str, int], seconds: float) -> dict[str, Any]:
    """The metadata of a capture.

    Args:
        result: What was sent.
        totals: How many messages each topic has.
        seconds: How long it took.

    Returns:
        The metadata by name.
    """
    reasons = [
        {"kind": topic.kind, "reason": reason, "documents": count}
        for topic in result.topics.values()
        for reason, count in topic.reasons.most_common()
    ]
    elsewhere = [
        {"kind": topic.kind, "field": path, "values": count}
        for topic in result.topics.values()
        for path, count in topic.elsewhere.most_common(SHOWN_FIELDS)
    ]
    snapshots = [{"kind": kind, "reason": reason} for kind, reason in result.snapshots.items()]
    return stage_metadata(
        rows_in=result.sent + result.rejected,
        rows_out=result.sent,
        rejected=result.rejected,
        seconds=seconds,
        bytes=sum(topic.bytes for topic in result.topics.values()),
        topics=sample_table([_row(topic, totals[topic.topic]) for topic in result.topics.values()]),
        rejected_by_reason=sample_table(reasons, when_empty="nothing was rejected"),
        personal_data_in_other_fields=sample_table(elsewhere, when_empty="none"),
        snapshots=sample_table(snapshots, when_empty="nothing: only changes"),
    ) | {
        ROW_COUNT: MetadataValue.int(sum(totals.values())),
        SAMPLE: sample_table(result.sample),
        COLUMN_SCHEMA: column_schema(
            {
                "key": "string, the document's id",
                "value": "JSON, the document without _id; none for a deleted document",
                "header operation": "snapshot, insert, update, replace or delete",
                "header source_time": "decimal text of MongoDB's cluster time, seconds << 32 | increment",
            }
        ),
    }


def _row(topic: TopicResult, total: int) -> dict[str, object]:
    return {
        "topic": topic.topic,
        "total messages": total,
        "sent": topic.sent,
        "snapshot": topic.operations["snapshot"],
        "insert": topic.operations["insert"],
        "update": topic.operations["update"] + topic.operations["replace"],
        "delete (tombstones)": topic.tombstones,
        "values encrypted": topic.encrypted,
        "from cache": topic.from_cache,
        "not normalised": topic.not_normalised,
        "rejected": topic.rejected,
        "bytes": topic.bytes,
    }
