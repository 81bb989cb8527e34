"""A grocery chain's JSON documents, turned into a daily feature matrix of its customers.

One folder per stage, in the order of the data flow: `landing` (S3), `document_store` (MongoDB), `topics` (Kafka),
`warehouse` (ClickHouse), `features` (PySpark), `report` (CSV). See `docs/architecture.md`.
"""
