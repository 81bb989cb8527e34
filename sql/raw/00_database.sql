-- The database of what Kafka brought, message by message, as it lay. Only ever appended to.
CREATE DATABASE IF NOT EXISTS raw
