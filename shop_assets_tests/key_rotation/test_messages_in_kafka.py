"""What is said of messages that an older key encrypted: they expire, or a compacted topic keeps them."""

import pytest

from shop_assets.key_rotation.key_usage import still_in_kafka
from shop_assets.topics.specification import Topic


def topic(kind: str, policy: str = "delete", retention_ms: int = 3_600_000) -> Topic:
    return Topic(f"shop.{kind}", "id", (0,), 1, {"cleanup.policy": policy, "retention.ms": str(retention_ms)})


@pytest.mark.parametrize(
    ("customers", "expected"),
    [
        (topic("customers"), "3 messages in Kafka. Kafka deletes them after the retention"),
        (topic("customers", "compact,delete"), "3 messages in Kafka. Kafka deletes them after the retention"),
        (topic("customers", "compact"), "`shop topics recreate customers` and then `shop run`"),
        (topic("customers", "delete", -1), "`shop topics recreate customers` and then `shop run`"),
    ],
)
def test_messages_that_no_retention_deletes_are_sent_again_on_request(customers: Topic, expected: str) -> None:
    topics = {"customers": customers, "purchases": topic("purchases", "compact")}
    assert expected in still_in_kafka(topics, {"shop.customers": 3, "shop.purchases": 0})
    assert still_in_kafka(topics, {}) == ""
