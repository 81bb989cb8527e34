"""Settings of the statements that several modules send to RAW and MART."""

from typing import Final

DELETED_EVERYWHERE: Final = {"lightweight_deletes_sync": 2}
"""A DELETE returns when the rows are gone for every reader of every replica; their bytes go when the engine merges
parts."""

INSERTED_AGAIN: Final = {
    # An equal block must be inserted too: its rows may have been deleted while the window still remembers it.
    "insert_deduplicate": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 0,
    "async_insert": 0,  # an asynchronous insert would be answered before it is on disk
}
"""An INSERT of rows that were there before."""
