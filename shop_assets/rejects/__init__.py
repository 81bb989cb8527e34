"""Rejects of all stages: search, display and retry.

This package has what needs all stages at once. Each stage decides what it rejects: `document_store/rejects.py`,
`topics/sending.py`, `sql/mart/`. Nothing here is part of a run.
"""
