"""Documents of one id that say different things: in two files, or as purchases with other lines in one file.

The loader counts the same while it loads (`document_store/loads/identities.py`). Here RAW has every document, the files
as partitions in their order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shop_assets.documents.kinds import KINDS, PURCHASES, DocumentKind
from shop_assets.inspection.warehouse import LocalClient
from shop_assets.personal_data.masking import masked_identifier
from shop_assets.warehouse.statements.queries import statement_of

IN_TWO_FILES: Final = "two files have different documents"
OTHER_LINES: Final = "one file has several documents with other lines: one for each line of a purchase?"


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
        yield from _found(client, kind, IN_TWO_FILES, statement_of("inspection/ids_in_two_files", kind))
    yield from _found(client, PURCHASES, OTHER_LINES, statement_of("inspection/purchases_with_other_lines"))


def _found(client: LocalClient, kind: DocumentKind, what: str, statement: str) -> Iterator[DisagreementFinding]:
    ((count, ids),) = client.query(statement).result_rows
    if int(count):
        yield DisagreementFinding(kind.name, what, int(count), [masked_identifier(str(name)) for name in ids])
