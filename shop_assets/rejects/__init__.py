"""Rejected documents, wherever a stage put them: found, shown, and tried again when their source was mended.

Here belongs what needs all stages at once. How a document is rejected is each stage's own business:
`document_store/rejects.py`, `topics/sending.py`, `sql/mart/`. Nothing here is part of a run.
"""
