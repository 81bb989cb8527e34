"""Settings of the statements that several modules send to RAW and MART."""

from collections.abc import Mapping
from typing import Final

DELETED_EVERYWHERE: Final = {"lightweight_deletes_sync": 2}
"""A DELETE returns when the rows are gone for every reader of every replica; their bytes go when the engine merges
parts."""

LONG_STATEMENT: Final = {"max_query_size": 1024 * 1024}
"""Of a statement with the cleaning of a view in it: with all functions written out, it exceeds ClickHouse's 256 KiB."""

INSERTED_AGAIN: Final = {
    # An equal block must be inserted too: its rows may have been deleted while the window still remembers it.
    "insert_deduplicate": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 0,
    **LONG_STATEMENT,
    "async_insert": 0,  # an asynchronous insert would be answered before it is on disk
}
"""An INSERT of rows that were there before."""

STAGES_APART: Final = {"query_plan_merge_expressions": 0}
"""The stages in which the views compute are not made one step. In a join with what is stored this step can need more
than a gigabyte for a thousand purchases; the stages apart take a sixth longer for 50,000."""

FEW_BYTES: Final = 24 * 1024 * 1024
"""So much JSON of purchases, the most that the ingestion inserts at once, is cleaned within some 330 MB with the stages
apart, and within 290 MB in one step."""


def cleaning_settings(size: int) -> Mapping[str, int]:
    """Settings for an INSERT into RAW, by its size.

    The views that clean it compute in stages, each a SELECT. To make one step of them takes ClickHouse a third of the
    CPU time of an INSERT of one purchase, and a fifth of that of 24 MB. With the stages apart many rows need more
    memory, an eighth more for 24 MB of JSON and a quarter more for 95 MB: for more than the ingestion inserts at once
    the step is worth it. Not for what reads a table: ClickHouse merges a condition with what is below it, and so finds
    the rows by their key.

    Args:
        size: The bytes of the documents.

    Returns:
        The settings.
    """
    return STAGES_APART if size <= FEW_BYTES else {}
