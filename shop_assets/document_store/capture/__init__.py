"""Reading the collections: their changes since a position, and snapshots."""
