"""Rejects of all stages: search, display and retry.

Only what needs all stages at once is here. How a document is rejected is up to each stage: `document_store/rejects.py`,
`topics/sending.py`, `sql/mart/`. Nothing here is part of a run.
"""
