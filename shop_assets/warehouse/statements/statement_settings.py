"""Settings of the statements that several modules send to RAW and MART."""

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
