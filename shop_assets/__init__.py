"""A grocery chain's JSON documents, turned into a daily feature matrix of its customers.

One folder a stage, in the order in which the data flows: `landing` (S3), `document_store` (MongoDB), `topics`
(Kafka), `warehouse` (ClickHouse), `features` (PySpark), `report` (CSV). See `docs/architecture.md`.
"""
