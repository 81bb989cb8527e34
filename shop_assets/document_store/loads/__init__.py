"""Loading: from the objects in landing into the collections, only what is new, changed or lost."""
