"""MongoDB: the shop's documents, one collection per kind, under their natural ids.

This folder loads documents from landing into their collections, decides what may be stored there, and finds the changes
since the last time. Sending changes is the task of `topics`.
"""
