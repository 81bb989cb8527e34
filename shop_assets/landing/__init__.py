"""Landing: the shop's documents as files in object storage, one folder per kind, as generated or delivered.

This folder puts files there (the generator, the import of a user's folder), reads documents back out of them and counts
them. What the documents mean is in `documents/`; loading them is the next stage. The layout of the bucket is described
in `docs/architecture.md`, section "Landing".
"""
