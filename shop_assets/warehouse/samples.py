"""A few rows and the columns of a table, for a person. Only columns without personal data are shown."""

from typing import Final

from clickhouse_connect.driver.client import Client

ROWS: Final = 5


def raw_sample(client: Client) -> list[dict[str, object]]:
    """Where the last purchases of a partition stand in Kafka; the payload stays where it is."""
    return _rows(
        client,
        "SELECT id, operation, kafka_partition, kafka_offset, length(payload) AS payload_bytes FROM raw.purchases "
        # By the sorting key: read from its end, whatever lies before.
        "ORDER BY kafka_topic_id DESC, kafka_partition DESC, kafka_offset DESC LIMIT {rows:UInt8}",
    )


def store_sample(client: Client) -> list[dict[str, object]]:
    """The first stores of the MART."""
    return _rows(
        client, "SELECT store_id, store_name, store_network, city FROM mart.stores ORDER BY store_id LIMIT {rows:UInt8}"
    )


def column_types(client: Client, table: str) -> dict[str, str]:
    """The columns of a table or view, name to type, in their order."""
    return {str(row["name"]): str(row["type"]) for row in client.query(f"DESCRIBE TABLE {table}").named_results()}


def _rows(client: Client, statement: str) -> list[dict[str, object]]:
    return [dict(row) for row in client.query(statement, parameters={"rows": ROWS}).named_results()]
