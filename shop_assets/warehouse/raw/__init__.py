"""RAW: Kafka's messages, ingested exactly once, and compacted."""
