"""What MART says of an inspected delivery. Nothing here holds a value of a document."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from shop_assets.features.definitions import FEATURES, HOUR_FEATURES, TIME
from shop_assets.inspection.disagreements import disagreements
from shop_assets.inspection.findings import (
    AmountFinding,
    GroupFinding,
    MartFindings,
    RejectFinding,
    SilentFeature,
    UnreadFinding,
)
from shop_assets.inspection.warehouse import LocalClient
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.personal_data.masking import masked_identifier
from shop_assets.warehouse.mart.broken_references import example_ids
from shop_assets.warehouse.statements.queries import load_query, statement_of
from shop_assets.warehouse.statements.query_execution import Row, fetch_rows

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client


def mart_findings(
    client: LocalClient, place: Callable[[str, int, int], str], minimum_share: float, maximum_wrong_amounts: float
) -> MartFindings:
    """Ask MART what it has of the inspected documents.

    Args:
        client: A client of the inspection's warehouse.
        place: Names the place of a document by its kind, the number of its file, and its position there.
        minimum_share: A feature would be the same for nearly everyone if a smaller share of rows has a column of it.
        maximum_wrong_amounts: The share of amounts that may disagree.

    Returns:
        The findings.
    """
    (found,) = _rows(client, "broken_references")
    broken = {str(name): int(count) for name, count in found.items()}
    (voided,) = _rows(client, "voided_lines")
    excluded, rejects = _excluded(client), _rejects(client, place)
    documents = _rows(client, "mart_documents")
    loaded = {str(row["kind"]): int(row["documents"]) for row in documents}
    return MartFindings(
        loaded=loaded,
        rejected={str(row["kind"]): int(row["rejected"]) for row in documents},
        rejects=rejects,
        unread=_unread(client),
        references={name.replace("_", " "): count for name, count in broken.items()},
        reference_examples={
            name.replace("_", " "): ids for name, ids in example_ids(cast("Client", client), broken).items()
        },
        excluded=excluded,
        wholly_excluded_kinds=_wholly_excluded(loaded, excluded, rejects),
        amounts=_amounts(client, maximum_wrong_amounts),
        voided_lines=int(voided["voided_lines"]),
        silent_features=_silent_features(client, minimum_share),
        doubtful_ids=list(_doubtful_ids(client)),
        disagreements=list(disagreements(client)),
        unknown_groups=_unknown_groups(client),
    )


def _rejects(client: LocalClient, place: Callable[[str, int, int], str]) -> list[RejectFinding]:
    rows = client.query(statement_of("inspection/rejects_by_reason")).result_rows
    return [
        RejectFinding(kind, "MART", reason, int(documents), place(kind, int(file), int(position)))
        for kind, reason, documents, file, position in rows
    ]


def _unread(client: LocalClient) -> list[UnreadFinding]:
    rows = client.query(statement_of("inspection/unread_documents")).result_rows
    return [
        UnreadFinding(kind, field, reason, int(documents), example) for kind, field, reason, documents, example in rows
    ]


def _excluded(client: LocalClient) -> dict[str, int]:
    return {f"{row['kind']}: {row['excluded']}": int(row["documents"]) for row in _rows(client, "excluded_counts")}


def _wholly_excluded(
    loaded: Mapping[str, int], excluded: Mapping[str, int], rejected: Iterable[RejectFinding]
) -> list[str]:
    """The kinds of which MART would show nothing, and reject nothing, because of what is excluded."""
    kinds = dict.fromkeys(reason.partition(": ")[0] for reason in excluded)
    for found in rejected:
        kinds.pop(found.kind, None)
    return [kind for kind in kinds if not loaded.get(kind)]


def _amounts(client: LocalClient, limit: float) -> list[AmountFinding]:
    return [
        AmountFinding(row["what"], int(row["pairs"]), int(row["wrong"]), 10.0 ** int(row["power_of_ten"]))
        for row in _rows(client, "amounts")
        if int(row["wrong"]) > limit * int(row["pairs"])
    ]


def _silent_features(client: LocalClient, minimum_share: float) -> list[SilentFeature]:
    sources = dict.fromkeys(source for feature in FEATURES for source in feature.sources)
    shares = _shares(client, sources)
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
        for row in _rows(client, "unknown_product_groups")
    ]


def _doubtful_ids(client: LocalClient) -> Iterator[str]:
    for row in _rows(client, "reused_ids"):
        yield f"{row['kind']}: {masked_identifier(str(row['id']))} stands for several documents that disagree"
    for row in _rows(client, "ids_spelled_twice"):
        yield f"{row['kind']}: one id in several spellings? {', '.join(map(masked_identifier, row['ids']))}"


def _share_with_time(client: LocalClient) -> float:
    """The share of the purchases that have an hour, not a day alone; 1 without purchases."""
    (row,) = (row for row in _rows(client, "delivered_fields") if row["source"] == TIME)
    return int(row["delivered"]) / int(row["documents"]) if int(row["documents"]) else 1.0


def _shares(client: LocalClient, sources: Iterable[str]) -> dict[str, float]:
    """The share of a view's rows that have something in a column, by `view.column`; 0 without rows."""
    columns: dict[str, list[str]] = {}
    for source in sources:
        view, column = source.split(".")
        columns.setdefault(view, []).append(column)
    shares: dict[str, float] = {}
    for view, names in columns.items():
        query = load_query("inspection/column_shares", view=view, columns=names)
        ((rows, *filled),) = client.query(query.statement).result_rows
        shares |= {
            f"{view}.{name}": int(count) / int(rows) if int(rows) else 0.0
            for name, count in zip(names, filled, strict=True)
        }
    return shares


def _rows(client: LocalClient, name: str) -> list[Row]:
    return fetch_rows(cast("Client", client), name)
