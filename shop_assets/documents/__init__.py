"""The vocabulary: the four kinds of document, their ids, their personal fields and the product groups.

Plain Python without services, stages or settings. The documents and what is required of them are described in
`docs/document_fields.md`.
"""
