"""The plan of an ingestion: each topic partition's offsets from RAW's end to the high watermark, frozen at its start.

Because they are frozen, a run ends although producers continue, and RAW is compared with Kafka before anything is read:
offsets that Kafka deleted too early are found here and reported.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import DocumentKind
from shop_assets.orchestration.asset_keys import CLICKHOUSE_RAW, KAFKA_TOPICS_LOADED
from shop_assets.topics.administration import TopicAdministration
from shop_assets.topics.specification import Topic
from shop_assets.warehouse.errors import OffsetGapError, WarehouseError
from shop_assets.warehouse.raw.raw_offsets import (
    OffsetRange,
    accept_gaps,
    issue_fencing_token,
    next_offset,
    wait_for_inserts,
)


@dataclass(frozen=True)
class IngestionPlan:
    """The ranges to read by kind, none of them empty, and the offset gaps.

    `fencing_token` is the token with which RAW accepts their blocks, until another plan is made; `broker` is where the
    topics are.
    """

    fencing_token: str
    broker: str
    ranges: Mapping[DocumentKind, Sequence[OffsetRange]]
    gaps: Sequence[OffsetRange]

    @property
    def size(self) -> int:
        """How many offsets there are to read."""
        return sum(wanted.size for ranges in self.ranges.values() for wanted in ranges)

    def divided(self, parts: int) -> "list[IngestionPlan]":
        """Divide the ranges; none is split, because the blocks of a topic partition must be inserted in their order.

        Args:
            parts: Into how many parts.

        Returns:
            Plans of about as many offsets each; fewer than `parts` if there are fewer ranges, and at least one. Each
            has all kinds. The gaps stay with this plan.
        """
        shares: list[list[tuple[DocumentKind, OffsetRange]]] = [[] for _ in range(parts)]
        found = [(kind, wanted) for kind, ranges in self.ranges.items() for wanted in ranges]
        for kind, wanted in sorted(found, key=lambda one: one[1].size, reverse=True):
            min(shares, key=lambda share: sum(of_share.size for _, of_share in share)).append((kind, wanted))
        return [
            replace(
                self,
                ranges={kind: [offsets for owner, offsets in share if owner == kind] for kind in self.ranges},
                gaps=(),
            )
            for number, share in enumerate(shares)
            if share or number == 0
        ]


def freeze_ranges(
    client: Client,
    administration: TopicAdministration,
    topics: Mapping[DocumentKind, str],
    *,
    accept_missing: bool = False,
) -> IngestionPlan:
    """Find what RAW lacks of the topics, as of now, and make the caller the writer of RAW.

    Args:
        client: A client of the warehouse.
        administration: The administration of the topics.
        topics: The topics' names by kind.
        accept_missing: Record offsets that Kafka no longer has as accepted gaps, instead of failing.

    Returns:
        The plan of the ingestion.

    Raises:
        WarehouseError: A topic does not exist, or another run is writing.
        TopicsError: Kafka did not respond, or refused.
        OffsetGapError: Kafka no longer has messages that RAW needs, or ends before RAW does.
    """
    described = _describe(administration, topics.values())
    fencing_token = issue_fencing_token(client)
    wait_for_inserts(client)
    reached = {
        (name, partition): next_offset(client, kind, described[name].topic_id, partition)
        for kind, name in topics.items()
        for partition in described[name].partitions
    }
    # After RAW was queried, or messages that arrive in between would look like messages that Kafka lost.
    watermarks = administration.watermarks(described.values())
    ranges: dict[DocumentKind, list[OffsetRange]] = {kind: [] for kind in topics}
    gaps: list[OffsetRange] = []
    for kind, name in topics.items():
        for partition in described[name].partitions:
            first, marks = reached[name, partition], watermarks[name, partition]
            whole = OffsetRange(name, described[name].topic_id, partition, first, marks.high)
            _require_kafka_not_behind(kind, whole)
            if first < marks.low:
                gaps.append(replace(whole, end=marks.low))
            if max(first, marks.low) < marks.high:
                ranges[kind].append(replace(whole, first=max(first, marks.low)))
    if gaps and not accept_missing:
        raise OffsetGapError(_gap_message(gaps))
    if gaps:
        accept_gaps(client, gaps)
    return IngestionPlan(fencing_token, administration.bootstrap_servers, ranges, gaps)


def _describe(administration: TopicAdministration, names: Iterable[str]) -> dict[str, Topic]:
    wanted = sorted(names)
    described = administration.describe(wanted)
    missing = [name for name in wanted if name not in described]
    if missing:
        raise WarehouseError(
            f"Kafka has no topic {', '.join(missing)}: materialize {KAFKA_TOPICS_LOADED.to_user_string()} first, or "
            "check SHOP_KAFKA_TOPIC_PREFIX"
        )
    return described


def _require_kafka_not_behind(kind: DocumentKind, wanted: OffsetRange) -> None:
    if wanted.first > wanted.end:
        raise OffsetGapError(
            f"Topic {wanted.topic}, partition {wanted.partition}: RAW has offsets up to {wanted.first - 1}, but Kafka "
            f"ends at {wanted.end - 1}. The broker lost messages, or was restored to an older state: its next messages "
            f"would get offsets that RAW has already. Run `shop topics recreate {kind.name}`, then run this again: a "
            "new topic is filled, and RAW reads it from its start."
        )


def _gap_message(gaps: Sequence[OffsetRange]) -> str:
    missing = "".join(
        f"  topic {gap.topic}, partition {gap.partition}: offsets {gap.first} to {gap.end - 1} are missing\n"
        for gap in gaps
    )
    return (
        f"Kafka no longer has messages that RAW has not read (they expired before the run):\n{missing}"
        "`shop run --accept-gap` continues after the gap, which is recorded in raw.accepted_gaps (in Dagster: "
        f"{CLICKHOUSE_RAW.to_user_string()} with accept_missing_offsets=true). The same run compares RAW with MongoDB "
        "and publishes again what was lost, deletions included. A longer SHOP_KAFKA_RETENTION_HOURS prevents such gaps."
    )
