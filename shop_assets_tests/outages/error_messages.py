"""What an error message must say about an unavailable service (which, where, what to do), and what it must not."""

import re

from shop_assets.settings import Settings

MESSAGES = {
    "s3": r"ObjectStoreUnavailableError: Object storage at http://127\.0\.0\.1:{port} .*shop status.*SHOP_S3_ENDPOINT",
    "mongo": r"DocumentStoreUnavailableError: MongoDB at 127\.0\.0\.1:{port} .*shop status",
    "kafka": r"(TopicsUnavailable|Delivery|BrokerTimeout)Error: Kafka at 127\.0\.0\.1:{port}.*shop status",
    "clickhouse": r"WarehouseUnavailableError: ClickHouse at 127\.0\.0\.1:{port} .*(shop up|shop status)",
}


def assert_says(text: str, service: str, port: int, settings: Settings) -> None:
    assert re.search(MESSAGES[service].format(port=port), text, re.DOTALL), text
    secrets = (
        settings.s3_secret_key.get_secret_value(),
        settings.clickhouse_password.get_secret_value(),
        settings.pii_keys.get_secret_value(),
        settings.mongo_uri.get_secret_value().partition("//")[2].partition("@")[0].partition(":")[2],
    )
    assert not [secret for secret in secrets if secret in text]
