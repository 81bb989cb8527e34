"""Documents of one id that say different things: in two files, or as receipts with other lines in one file.

The loader counts the same while it loads (`document_store/identities.py`). Here RAW has every document, the files as
partitions in their order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shop_assets.documents.kinds import KINDS, PURCHASES, DocumentKind
from shop_assets.inspection.warehouse import LocalClient
from shop_assets.personal_data.masking import masked_identifier

IN_TWO_FILES: Final = "two files have different documents"
OTHER_LINES: Final = "one file has several documents with other lines: one for each line of a receipt?"

_NAMED: Final = 10

# Hashes take less memory than ids. What they let through by chance is grouped by id after them.
_SEVERAL: Final = "cityHash64(id) IN (SELECT cityHash64(id) FROM raw.{kind} GROUP BY cityHash64(id) HAVING count() > 1)"
_IN_TWO_FILES: Final = """
SELECT id FROM (
    SELECT id, argMax(cityHash64(payload), kafka_offset) AS content FROM raw.{kind} WHERE {several}
    GROUP BY id, kafka_partition
) AS files
GROUP BY id HAVING uniqExact(content) > 1
"""
_OTHER_LINES: Final = """
SELECT DISTINCT id FROM (
    SELECT id, arraySort(found -> found.1, groupArray((
        kafka_offset, arrayMap(line -> cityHash64(line), JSONExtractArrayRaw(payload, 'items'))
    ))) AS versions
    FROM raw.{kind} WHERE {several} GROUP BY id, kafka_partition
) AS files
WHERE arrayExists(
    place -> NOT hasAll(versions[place + 1].2, versions[place].2), range(1, toUInt32(length(versions)))
)
"""


@dataclass(frozen=True)
class DisagreementFinding:
    """Ids whose documents say different things, of which the newest would count; a few of them, masked."""

    kind: str
    what: str
    ids: int
    examples: list[str]


def disagreements(client: LocalClient) -> Iterator[DisagreementFinding]:
    """Find the ids of which the delivery has different documents.

    Args:
        client: A client of the inspection's warehouse.

    Yields:
        Those of each kind.
    """
    for kind in KINDS:
        yield from _found(client, kind, IN_TWO_FILES, _IN_TWO_FILES)
    yield from _found(client, PURCHASES, OTHER_LINES, _OTHER_LINES)


def _found(client: LocalClient, kind: DocumentKind, what: str, query: str) -> Iterator[DisagreementFinding]:
    found = query.format(kind=kind.name, several=_SEVERAL.format(kind=kind.name))
    statement = f"SELECT count(), groupArray({_NAMED})(id) FROM ({found} ORDER BY id) AS ids"  # noqa: S608  # names of our own
    ((count, ids),) = client.query(statement).result_rows
    if int(count):
        yield DisagreementFinding(kind.name, what, int(count), [masked_identifier(str(name)) for name in ids])
