-- Messages from Kafka, unchanged. Append only; `shop raw compact` removes duplicates.
CREATE DATABASE IF NOT EXISTS raw{{ on_cluster }}
