-- The database of what Kafka brought, message by message, as it lay. Only ever appended to; `shop raw compact` removes
-- exact copies.
CREATE DATABASE IF NOT EXISTS raw{{ on_cluster }}
