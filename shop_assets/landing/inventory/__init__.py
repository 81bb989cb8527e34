"""The inventory of landing: which objects there are, and which documents and faults are in them."""
