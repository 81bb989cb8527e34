"""A made-up shop: any number of stores, products, customers and purchases from one seed, as clean or dirty documents.

Here belongs what the documents say. Where they are written is `landing/generated.py`'s business. Every document comes
from a random stream of its own, named by the seed, the kind and its number, so that documents refer to one another
without anybody holding them, and the same seed always gives the same bytes. The invariants are in
`docs/documents.md`.
"""
