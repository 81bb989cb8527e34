"""ClickHouse: RAW, the messages unchanged; MART, the cleaned documents; ingestion, reconciliation and compaction.

Tables, cleaning rules and queries are SQL, in the folder `sql/`. This package applies those files, inserts messages
into RAW, repairs MART where it is behind, and runs the queries of the asset checks.
"""
