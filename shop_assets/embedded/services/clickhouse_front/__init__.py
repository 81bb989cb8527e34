"""ClickHouse's engine (chDB) behind ClickHouse's HTTP interface, for machines without Docker.

This package is everything between an HTTP request and the engine; `python -m
shop_assets.embedded.services.clickhouse_front` starts it. It knows no table of the shop, and clients speak HTTP to it,
as to a ClickHouse server; only `inspection` imports a part of it, `local_engine.py`, for an engine without a server.
docs/embedded.md describes what it serves and what it refuses.
"""
