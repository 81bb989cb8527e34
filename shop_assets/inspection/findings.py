"""What an inspection finds, and what of it MART's tables say. Nothing here holds a value of a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from shop_assets.features.definitions import FEATURES
from shop_assets.inspection.warehouse import LocalClient
from shop_assets.warehouse.query_execution import fetch_rows

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_NOTHING: Final = "('', 'unknown')"


@dataclass(frozen=True)
class FieldFinding:
    """A field of ours: how many documents have something there, and of how many of these it is read."""

    field: str
    documents: int
    read: int


@dataclass(frozen=True)
class KindFinding:
    """A kind: its files and documents, its fields, other fields by how often they are there, and how it was read."""

    kind: str
    files: int
    documents: int
    fields: Sequence[FieldFinding]
    other_fields: Mapping[str, int]
    readings: Mapping[str, int]
    mapping_rules: Mapping[str, int]


@dataclass(frozen=True)
class RejectFinding:
    """Documents that would be rejected for one reason; the first one's place, if it is known."""

    kind: str
    by: str
    reason: str
    documents: int
    first: str = ""
    detail: str = ""


@dataclass(frozen=True)
class UnreadFinding:
    """Values that would be there and not be read; the example shows the shape of one."""

    kind: str
    field: str
    reason: str
    documents: int
    example: str


@dataclass(frozen=True)
class SilentFeature:
    """A feature that would say nothing, because nothing is in a column that it needs."""

    feature: str
    columns: Sequence[str]


@dataclass(frozen=True)
class MartFindings:
    """What MART would have."""

    rejects: Sequence[RejectFinding]
    unread: Sequence[UnreadFinding]
    references: Mapping[str, int]
    excluded: Mapping[str, int]
    silent_features: Sequence[SilentFeature]


@dataclass(frozen=True)
class Inspection:
    """Everything that was found."""

    folder: str
    mapping: str
    kinds: Sequence[KindFinding]
    rejects: Sequence[RejectFinding]
    unread: Sequence[UnreadFinding]
    references: Mapping[str, int]
    excluded: Mapping[str, int]
    silent_features: Sequence[SilentFeature]
    left_out: Sequence[str]
    proposed_mapping: str

    @property
    def is_clean(self) -> bool:
        """Whether nothing would be wrong: all is read, nothing is rejected or left out, and every feature can speak."""
        return not (
            self.rejects or self.unread or any(self.references.values()) or self.silent_features or self.left_out
        )


def mart_findings(client: LocalClient) -> MartFindings:
    """Ask MART what it has of the inspected documents.

    Args:
        client: A client of the inspection's warehouse.

    Returns:
        The findings.
    """
    tables = {
        str(name) for (name,) in client.query("SELECT name FROM system.tables WHERE database = 'mart'").result_rows
    }
    unread = _unread(client) if "unread_values" in tables else []
    excluded = _excluded(client) if "excluded_documents" in tables else {}
    (references,) = fetch_rows(cast("Client", client), "broken_references")
    counted = {str(name).replace("_", " "): int(count) for name, count in references.items()}
    return MartFindings(_rejects(client), unread, counted, excluded, _silent_features(client))


def _rejects(client: LocalClient) -> list[RejectFinding]:
    rows = client.query(
        "SELECT kind, reason, count() AS documents, any(id) FROM mart.open_rejects ARRAY JOIN reasons AS reason "
        "GROUP BY kind, reason ORDER BY documents DESC, kind, reason"
    ).result_rows
    return [RejectFinding(kind, "MART", reason, int(documents)) for kind, reason, documents, _ in rows]


def _unread(client: LocalClient) -> list[UnreadFinding]:
    rows = client.query(
        "SELECT kind, field, reason, uniqExact(id) AS documents, any(example) FROM mart.unread_values "
        "GROUP BY kind, field, reason ORDER BY documents DESC, kind, field, reason"
    ).result_rows
    return [
        UnreadFinding(kind, field, reason, int(documents), example) for kind, field, reason, documents, example in rows
    ]


def _excluded(client: LocalClient) -> dict[str, int]:
    rows = client.query(
        "SELECT kind || ': ' || excluded AS reason, count() AS documents FROM mart.excluded_documents "
        "GROUP BY reason ORDER BY documents DESC, reason"
    ).result_rows
    return {str(reason): int(documents) for reason, documents in rows}


def _silent_features(client: LocalClient) -> list[SilentFeature]:
    sources = dict.fromkeys(source for feature in FEATURES for source in feature.sources)
    says_something = {source: _says_something(client, source) for source in sources}
    return [
        SilentFeature(feature.name, silent)
        for feature in FEATURES
        if (silent := [source for source in feature.sources if not says_something[source]])
    ]


def _says_something(client: LocalClient, source: str) -> bool:
    view, column = source.split(".")
    statement = (
        f"SELECT count() FROM (SELECT 1 FROM mart.{view} "  # noqa: S608  # names of our own
        f"WHERE isNotNull({column}) AND toString(assumeNotNull({column})) NOT IN {_NOTHING} LIMIT 1)"
    )
    return bool(client.query(statement).result_rows[0][0])
