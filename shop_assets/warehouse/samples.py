"""A few rows and the columns of a table, for the assets' pages. Only columns without personal data are shown."""

from typing import Final

from clickhouse_connect.driver.client import Client

ROWS: Final = 5


def raw_sample(client: Client) -> list[dict[str, object]]:
    """The last purchases of a topic partition by their place in Kafka, without the payload."""
    return _rows(
        client,
        "SELECT id, operation, kafka_partition, kafka_offset, length(payload) AS payload_bytes FROM raw.purchases "
        # By the sorting key: only its end is read.
        "ORDER BY kafka_topic_id DESC, kafka_partition DESC, kafka_offset DESC LIMIT {rows:UInt8}",
    )


def store_sample(client: Client) -> list[dict[str, object]]:
    """The first stores of the MART."""
    return _rows(
        client, "SELECT store_id, store_name, store_network, city FROM mart.stores ORDER BY store_id LIMIT {rows:UInt8}"
    )


def column_types(client: Client, table: str) -> dict[str, str]:
    """The columns of a table or view in their order, name to type."""
    return {str(row["name"]): str(row["type"]) for row in client.query(f"DESCRIBE TABLE {table}").named_results()}


def _rows(client: Client, statement: str) -> list[dict[str, object]]:
    return [dict(row) for row in client.query(statement, parameters={"rows": ROWS}).named_results()]
