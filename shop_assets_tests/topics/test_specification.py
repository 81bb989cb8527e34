"""The settings of topics on a real broker: what new ones get, and what is done about existing ones."""

from dataclasses import replace

import pytest
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, ResourceType

from shop_assets.documents.kinds import STORES
from shop_assets.settings import Settings
from shop_assets.topics.checks import topics_have_their_settings
from shop_assets.topics.resource import KafkaResource
from shop_assets.topics.specification import Topic, TopicSpecification
from shop_assets_tests.kafka_clients import administrator

MONTH_MS = str(30 * 24 * 3_600_000)


def stores_topic(kafka: KafkaResource) -> Topic:
    name = kafka.topic_name(STORES)
    return kafka.administration().describe([name])[name]


def create(settings: Settings, kafka: KafkaResource, configuration: dict[str, str], partitions: int = 3) -> None:
    new = NewTopic(kafka.topic_name(STORES), num_partitions=partitions, replication_factor=1, config=configuration)
    admin = administrator(settings)  # a name of its own: the client must outlive its answers
    for answer in admin.create_topics([new]).values():
        answer.result()


def run_command(settings: Settings, command: str) -> None:
    """What `kafka-configs.sh --alter --topic NAME --add-config KEY=VALUE` does."""
    words = command.split()
    setting, value = words[-1].split("=")
    entry = ConfigEntry(setting, value.strip("[]"), incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, words[3], incremental_configs=[entry])
    admin = administrator(settings)
    for answer in admin.incremental_alter_configs([resource]).values():
        answer.result()


def test_new_topics_keep_tombstones_and_acknowledged_messages_as_long_as_the_retention(kafka: KafkaResource) -> None:
    kafka.ensure_topics()
    configuration = stores_topic(kafka).configuration
    assert configuration["delete.retention.ms"] == configuration["retention.ms"] == MONTH_MS
    assert configuration["unclean.leader.election.enable"] == "false"
    assert configuration["retention.bytes"] == "-1"
    assert topics_have_their_settings(kafka).passed


@pytest.mark.parametrize(("replicas", "in_sync"), [(1, "1"), (2, "1"), (3, "2"), (5, "4")])
def test_an_acknowledged_message_survives_a_broker_and_one_may_be_down(replicas: int, in_sync: str) -> None:
    assert TopicSpecification(3, replicas, 720, "delete").configuration()["min.insync.replicas"] == in_sync


def test_a_topic_of_an_older_release_is_protected_and_keeps_the_rest(settings: Settings, kafka: KafkaResource) -> None:
    create(settings, kafka, {"cleanup.policy": "delete", "retention.ms": "9000000000", "max.message.bytes": "20971520"})
    kafka.ensure_topics()
    configuration = stores_topic(kafka).configuration
    assert configuration["delete.retention.ms"] == MONTH_MS
    assert configuration["retention.ms"] == "9000000000"
    assert topics_have_their_settings(kafka).passed


def test_a_stricter_setting_of_an_existing_topic_is_kept(settings: Settings, kafka: KafkaResource) -> None:
    create(settings, kafka, {"delete.retention.ms": "9000000000", "max.message.bytes": "20971520"})
    kafka.ensure_topics()
    assert stores_topic(kafka).configuration["delete.retention.ms"] == "9000000000"


def test_the_check_names_what_an_existing_topic_lacks_and_the_commands_that_add_it(
    settings: Settings, kafka: KafkaResource
) -> None:
    lacking = {"retention.ms": "1000", "retention.bytes": "5", "max.message.bytes": "1000", "cleanup.policy": "compact"}
    create(settings, kafka, lacking | {"cleanup.policy": "compact,delete"}, partitions=1)
    result = topics_have_their_settings(kafka)
    name = kafka.topic_name(STORES)
    assert not result.passed
    assert result.severity.name == "WARN"
    assert result.description is not None
    assert result.description.split("; ") == [
        f"{name}: partitions is 1, needed {settings.kafka_partitions}",
        f"{name}: cleanup.policy is compact,delete, needed delete",
        f"{name}: retention.ms is 1000, needed {MONTH_MS}",
        f"{name}: retention.bytes is 5, needed -1",
        f"{name}: max.message.bytes is 1000, needed 20971520",
    ]
    table = str(result.metadata["differences"].value)
    assert "shop topics recreate KIND, then shop run" in table
    assert "kafka-topics.sh" not in table  # messages of a key would go to another partition than its older ones
    assert f"kafka-configs.sh --alter --topic {name} --add-config retention.ms={MONTH_MS}" in table


def test_the_commands_of_the_check_are_enough(settings: Settings, kafka: KafkaResource) -> None:
    create(settings, kafka, {"retention.ms": "1000", "retention.bytes": "5", "cleanup.policy": "compact,delete"})
    for difference in kafka.specification().differences(stores_topic(kafka)):
        run_command(settings, difference.command)
    assert not kafka.specification().differences(stores_topic(kafka))
    assert topics_have_their_settings(kafka).passed


def test_more_than_is_needed_is_no_difference(kafka: KafkaResource) -> None:
    kafka.ensure_topics()
    topic = stores_topic(kafka)
    unlimited = replace(topic, partitions=(0, 1, 2, 3), configuration={**topic.configuration, "retention.ms": "-1"})
    assert not kafka.specification().differences(unlimited)


def test_fewer_replicas_than_the_setting_are_a_difference(kafka: KafkaResource) -> None:
    kafka.ensure_topics()
    (found,) = replace(kafka.specification(), replication_factor=3).differences(stores_topic(kafka))
    assert (found.setting, found.actual, found.needed) == ("replication factor", "1", "3")
