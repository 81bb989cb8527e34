"""Erasure: one customer out of all services, by what each stage knows of its own, with a record and a certificate.

This folder decides the order. How a store is erased is in its stage: `landing/erasing.py`, `document_store/erasing.py`,
`warehouse/erasing.py`.
"""
