"""The generated shop: any number of stores, products, customers and purchases from one seed, clean or partly dirty.

This package creates the content of documents; `landing/filling/shop_writing.py` writes them. Every document comes from
a random stream of its own, named by the seed, the kind and its number, so that documents can refer to one another
without being held in memory, and the same seed always produces the same bytes. The invariants are in
`docs/document_fields.md`.
"""
