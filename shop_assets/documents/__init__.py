"""The vocabulary: the four kinds of document, their ids, their personal fields and the product groups.

Everything here is plain Python that knows no service, no stage and no setting. What the documents look like, and
what is required of them, is written down in `docs/documents.md`.
"""
