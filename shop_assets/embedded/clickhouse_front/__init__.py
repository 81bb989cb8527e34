"""ClickHouse's engine (chDB) behind ClickHouse's HTTP interface, for machines without Docker.

Here belongs what lies between an HTTP request and the engine; `python -m shop_assets.embedded.clickhouse_front` starts
it. Nothing of the shop's own tables is known here, and nothing outside of this package imports it: clients speak HTTP
to it, as they would to a ClickHouse server. docs/embedded.md tells what it serves and what it refuses.
"""
