"""Landing: the shop's documents as files in object storage, one folder a kind, as they were made or delivered.

Here belongs everything that puts files there (the generator, the take-over of a folder), reads documents back out of
them and counts what lies there. What the documents mean is `documents/`; what becomes of them is the next stage.
The layout of the bucket is described in `docs/architecture.md`, section "Landing".
"""
