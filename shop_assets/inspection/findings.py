"""What an inspection finds, and what of it MART's tables say. Nothing here holds a value of a document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from shop_assets.features.definitions import FEATURES, HOUR_FEATURES, TIME
from shop_assets.inspection.disagreements import OTHER_LINES, DisagreementFinding, disagreements
from shop_assets.inspection.warehouse import LocalClient
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.personal_data.masking import masked_identifier
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
    """A kind: its files and documents, its fields, other fields by how often they are there, how it was read, and what
    its pages name and the folder lacks.
    """

    kind: str
    files: int
    documents: int
    fields: Sequence[FieldFinding]
    other_fields: Mapping[str, int]
    readings: Mapping[str, int]
    mapping_rules: Mapping[str, int]
    incomplete_pages: str


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
class ContactFinding:
    """Phones or e-mails that would be encrypted as they are; the example shows the shape of one."""

    kind: str
    field: str
    values: int
    example: str


@dataclass(frozen=True)
class GroupFinding:
    """A label that belongs to none of the five product groups, and how often products or lines have it."""

    place: str
    label: str
    occurrences: int


@dataclass(frozen=True)
class SilentFeature:
    """A feature that would say nothing, or little: the columns that it needs, by the share of rows that have them."""

    feature: str
    columns: Mapping[str, float]


@dataclass(frozen=True)
class AmountFinding:
    """Amounts that would not agree: what was compared with what, and the factor between most of those that differ.

    Attributes:
        what: The two amounts.
        compared: How many pairs there are.
        wrong: How many of them do not agree.
        factor: A power of ten, such as 100 for kopecks; 1 if there is none.
    """

    what: str
    compared: int
    wrong: int
    factor: float


@dataclass(frozen=True)
class MartFindings:
    """What MART would have."""

    rejects: Sequence[RejectFinding]
    unread: Sequence[UnreadFinding]
    references: Mapping[str, int]
    excluded: Mapping[str, int]
    wholly_excluded_kinds: Sequence[str]
    amounts: Sequence[AmountFinding]
    voided_lines: int
    silent_features: Sequence[SilentFeature]
    doubtful_ids: Sequence[str]
    disagreements: Sequence[DisagreementFinding]
    unknown_groups: Sequence[GroupFinding]


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
    wholly_excluded_kinds: Sequence[str]
    amounts: Sequence[AmountFinding]
    voided_lines: int
    silent_features: Sequence[SilentFeature]
    doubtful_ids: Sequence[str]
    """Ids that stand for several documents which disagree, or are spelled in several ways."""
    disagreements: Sequence[DisagreementFinding]
    unknown_groups: Sequence[GroupFinding]
    irregular_contacts: Sequence[ContactFinding]
    left_out: Sequence[str]
    proposed_mapping: str

    @property
    def is_clean(self) -> bool:
        """Whether nothing would be wrong: all is read, nothing is rejected or left out, amounts agree, no receipt loses
        lines to another of its id, groups are known, contacts are regular, every feature can speak, no kind is excluded
        as a whole, no page lacks another, and no field of ours may be under another name. That a newer file has another
        document for an id is how deliveries change documents.
        """
        troubles = (
            *(self.rejects, self.unread, self.amounts, self.silent_features),
            *([one for one in self.disagreements if one.what == OTHER_LINES], self.doubtful_ids),
            *(self.unknown_groups, self.irregular_contacts, self.left_out, self.proposed_mapping),
        )
        is_incomplete = any(kind.incomplete_pages for kind in self.kinds)
        return not (any(troubles) or any(self.references.values()) or self.wholly_excluded_kinds or is_incomplete)


def mart_findings(client: LocalClient, minimum_share: float, maximum_wrong_amounts: float) -> MartFindings:
    """Ask MART what it has of the inspected documents.

    Args:
        client: A client of the inspection's warehouse.
        minimum_share: A column that a smaller share of rows has says nothing about customers.
        maximum_wrong_amounts: The share of amounts that may disagree.

    Returns:
        The findings.
    """
    (references,) = fetch_rows(cast("Client", client), "broken_references")
    excluded = _excluded(client)
    counted = {str(name).replace("_", " "): int(count) for name, count in references.items()}
    return MartFindings(
        _rejects(client),
        _unread(client),
        counted,
        excluded,
        _wholly_excluded(client, excluded),
        _amounts(client, maximum_wrong_amounts),
        _voided_lines(client),
        _silent_features(client, minimum_share),
        list(_doubtful_ids(client)),
        list(disagreements(client)),
        _unknown_groups(client),
    )


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
        "SELECT concat(kind, ': ', excluded) AS reason, count() AS documents FROM mart.excluded_documents "
        "GROUP BY reason ORDER BY documents DESC, reason"
    ).result_rows
    return {str(reason): int(documents) for reason, documents in rows}


def _wholly_excluded(client: LocalClient, excluded: Mapping[str, int]) -> list[str]:
    """The kinds of which MART would show nothing, because of what is excluded."""
    kinds = dict.fromkeys(reason.partition(": ")[0] for reason in excluded)
    return [kind for kind in kinds if client.query(f"SELECT 1 FROM mart.{kind} LIMIT 1").result_rows == []]  # noqa: S608  # names of our own


def _amounts(client: LocalClient, limit: float) -> list[AmountFinding]:
    return [
        AmountFinding(row["what"], int(row["pairs"]), int(row["wrong"]), 10.0 ** int(row["power_of_ten"]))
        for row in fetch_rows(cast("Client", client), "amounts")
        if int(row["wrong"]) > limit * int(row["pairs"])
    ]


def _voided_lines(client: LocalClient) -> int:
    ((lines,),) = client.query("SELECT sum(voided_lines) FROM mart.purchase_versions FINAL").result_rows
    return int(lines)


def _silent_features(client: LocalClient, minimum_share: float) -> list[SilentFeature]:
    sources = dict.fromkeys(source for feature in FEATURES for source in feature.sources)
    shares = {source: _share(client, source) for source in sources}
    with_time = _share_with_time(client)
    silent = {
        feature.name: {source: shares[source] for source in feature.sources if not shares[source] >= minimum_share}
        | ({f"the time of {TIME}": with_time} if feature.name in HOUR_FEATURES and with_time < minimum_share else {})
        for feature in FEATURES
    }
    return [SilentFeature(name, columns) for name, columns in silent.items() if columns]


def _unknown_groups(client: LocalClient) -> list[GroupFinding]:
    """The labels of the check `product_groups_are_known`, without what in them may be personal."""
    return [
        GroupFinding(str(row["place"]), without_contacts(str(row["label"] or "")), int(row["occurrences"]))
        for row in fetch_rows(cast("Client", client), "unknown_product_groups")
    ]


def _doubtful_ids(client: LocalClient) -> Iterator[str]:
    for row in fetch_rows(cast("Client", client), "reused_ids"):
        yield f"{row['kind']}: {masked_identifier(str(row['id']))} stands for several documents that disagree"
    for row in fetch_rows(cast("Client", client), "ids_spelled_twice"):
        yield f"{row['kind']}: one id in several spellings? {', '.join(map(masked_identifier, row['ids']))}"


def _share_with_time(client: LocalClient) -> float:
    """The share of the purchases that have an hour, not a day alone; 1 without purchases."""
    (row,) = (row for row in fetch_rows(cast("Client", client), "delivered_fields") if row["source"] == TIME)
    return int(row["delivered"]) / int(row["documents"]) if int(row["documents"]) else 1.0


def _share(client: LocalClient, source: str) -> float:
    """The share of a view's rows that have something in a column; 0 without rows."""
    view, column = source.split(".")
    statement = (
        f"SELECT count(), countIf(isNotNull({column}) AND toString(assumeNotNull({column})) NOT IN {_NOTHING}) "  # noqa: S608  # names of our own
        f"FROM mart.{view}"
    )
    ((rows, something),) = client.query(statement).result_rows
    return int(something) / int(rows) if rows else 0.0
