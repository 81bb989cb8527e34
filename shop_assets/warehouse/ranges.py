"""What a run has to read: for every partition the offsets from RAW's end to the high watermark, frozen at its start.

Frozen, so that a run ends although producers go on, and so that RAW is held against Kafka before anything is read:
messages that Kafka threw away too early are missed here, and told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import DocumentKind
from shop_assets.topics.administration import Topic, TopicAdministration, Watermarks
from shop_assets.warehouse.errors import OffsetGapError, WarehouseError
from shop_assets.warehouse.ledger import OffsetRange, accept_gaps, next_offset


@dataclass(frozen=True)
class ReadingPlan:
    """The ranges to read by kind, none of them empty, and those that are lost."""

    ranges: Mapping[DocumentKind, Sequence[OffsetRange]]
    gaps: Sequence[OffsetRange]


def freeze_ranges(
    client: Client,
    administration: TopicAdministration,
    topics: Mapping[DocumentKind, str],
    *,
    accept_missing: bool = False,
) -> ReadingPlan:
    """What RAW lacks of these topics, as of now.

    Raises WarehouseError for a topic that is not there, and OffsetGapError when Kafka no longer has what RAW needs;
    with `accept_missing` the missing offsets are remembered as lost, and reading goes on behind them.
    """
    described = _described(administration, topics.values())
    watermarks = administration.watermarks(described.values())
    ranges: dict[DocumentKind, list[OffsetRange]] = {}
    gaps: list[OffsetRange] = []
    for kind, name in topics.items():
        ranges[kind] = []
        for needed, marks in _needed(client, kind, described[name], watermarks):
            if needed.first < marks.low:
                gaps.append(OffsetRange(name, needed.topic_id, needed.partition, needed.first, marks.low))
            first = max(needed.first, marks.low)
            if first < needed.end:
                ranges[kind].append(OffsetRange(name, needed.topic_id, needed.partition, first, needed.end))
    if gaps and not accept_missing:
        raise OffsetGapError(_told(gaps))
    if gaps:
        accept_gaps(client, gaps)
    return ReadingPlan(ranges, gaps)


def _described(administration: TopicAdministration, names: Iterable[str]) -> dict[str, Topic]:
    wanted = sorted(names)
    described = administration.describe(wanted)
    missing = [name for name in wanted if name not in described]
    if missing:
        raise WarehouseError(
            f"Kafka has no topic {', '.join(missing)}: materialize kafka_topics_loaded first, or look at "
            "SHOP_KAFKA_TOPIC_PREFIX"
        )
    return described


def _needed(
    client: Client, kind: DocumentKind, topic: Topic, watermarks: Mapping[tuple[str, int], Watermarks]
) -> Iterator[tuple[OffsetRange, Watermarks]]:
    for partition in topic.partitions:
        marks = watermarks[topic.name, partition]
        first = next_offset(client, kind, topic.topic_id, partition)
        if first > marks.high:
            raise OffsetGapError(
                f"Topic {topic.name}, partition {partition}: RAW holds offsets up to {first - 1}, but Kafka ends at "
                f"{marks.high - 1}. The broker lost messages, or was set back to an older state: what it writes next "
                "would take offsets that RAW has already. Make the topic anew (delete it, then materialize "
                "kafka_topics_loaded with mode=replay): a new topic is read from its start."
            )
        yield OffsetRange(topic.name, topic.topic_id, partition, first, marks.high), marks


def _told(gaps: Sequence[OffsetRange]) -> str:
    missing = "".join(
        f"  topic {gap.topic}, partition {gap.partition}: offsets {gap.first} to {gap.end - 1} are missing\n"
        for gap in gaps
    )
    return (
        f"Kafka no longer has messages that never came to RAW (retention was shorter than the pause):\n{missing}"
        "Publish every document again (kafka_topics_loaded with mode=replay), then materialize clickhouse_raw with "
        "accept_missing_offsets=true; deletions that were only among the missing messages stay unknown to the "
        "warehouse. A longer SHOP_KAFKA_RETENTION_HOURS prevents it."
    )
