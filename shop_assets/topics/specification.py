"""What the pipeline needs of a topic, and how an existing one falls short of it.

New topics are created by the specification. Existing topics get those settings of it without which messages or their
order could be lost (`protection`); everything else is their owner's decision, and is compared and reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAXIMUM_MESSAGE_BYTES: Final = 20 * 1024 * 1024
"""For the topics created here: a document of the largest size (15 MiB as BSON) as JSON, unless its text is full of
control characters. Kafka's own default, 1 MB, would refuse documents that MongoDB accepts."""

TIMESTAMP_TYPE: Final = {"message.timestamp.type": "LogAppendTime"}
"""A message's timestamp is the broker's and not its producer's. MART judges by it whether a source time is possible."""

UNLIMITED: Final = -1
"""Kafka's word for no limit, in `retention.ms` and `retention.bytes`."""


@dataclass(frozen=True)
class Topic:
    """A topic of the cluster. `topic_id` changes when a topic of the same name is re-created."""

    name: str
    topic_id: str
    partitions: tuple[int, ...]
    replication_factor: int
    configuration: Mapping[str, str]
    """Kafka's settings of the topic, its defaults included."""

    @property
    def maximum_message_bytes(self) -> int:
        """The largest message, or batch of messages, that the topic accepts."""
        return int(self.configuration["max.message.bytes"])

    @property
    def expires(self) -> bool:
        """Whether Kafka deletes messages when they are old; if not, the newest of each key stays for good."""
        is_deleting = "delete" in self.configuration["cleanup.policy"].split(",")
        return is_deleting and int(self.configuration["retention.ms"]) != UNLIMITED

    @property
    def is_compacted(self) -> bool:
        """Whether Kafka removes older messages of a key, so that offsets have holes."""
        return "compact" in self.configuration["cleanup.policy"].split(",")


@dataclass(frozen=True)
class Difference:
    """A setting of an existing topic that is not what the pipeline needs."""

    topic: str
    setting: str
    actual: str
    needed: str
    command: str
    """What changes it: Kafka's own command, without the options for the connection, or one of `shop`."""


@dataclass(frozen=True)
class TopicSpecification:
    """What a new topic is created with, and what an existing one is compared with."""

    partitions: int
    replication_factor: int
    retention_hours: int
    cleanup_policy: str

    @property
    def retention_ms(self) -> int:
        """How long the topic keeps messages, and with them how long RAW may lag."""
        return self.retention_hours * 3_600_000

    def configuration(self) -> dict[str, str]:
        """Kafka's topic configuration. The producer decides how messages are compressed."""
        return {
            "cleanup.policy": self.cleanup_policy,
            "retention.ms": str(self.retention_ms),
            "retention.bytes": str(UNLIMITED),  # a limit by size would end the retention early, unnoticed
            "max.message.bytes": str(MAXIMUM_MESSAGE_BYTES),
            **self.protection(self.replication_factor),
        }

    def protection(self, replication_factor: int) -> dict[str, str]:
        """The settings without which an acknowledged message could be lost, or a deletion missed.

        Args:
            replication_factor: The topic's.

        Returns:
            With `compact`, tombstones stay as long as RAW may lag: Kafka's default is a day. An acknowledged message is
            on all replicas but one, so that the topic survives one broker's loss and stays writable meanwhile. A
            replica that lacks acknowledged messages never becomes the leader.
        """
        return {
            **TIMESTAMP_TYPE,
            "delete.retention.ms": str(self.retention_ms),
            "min.insync.replicas": str(max(1, replication_factor - 1)),
            "unclean.leader.election.enable": "false",
        }

    def missing_protection(self, topic: Topic) -> dict[str, str]:
        """Find the settings of `protection` that an existing topic falls short of.

        Args:
            topic: The topic as the cluster describes it.

        Returns:
            The settings to change, with the values they need. A stricter value of the topic's own is kept.
        """
        needed = self.protection(topic.replication_factor)
        return {
            setting: value for setting, value in needed.items() if not _suffices(setting, topic.configuration, value)
        }

    def differences(self, topic: Topic) -> list[Difference]:
        """Compare an existing topic with what the pipeline needs; more of anything than needed is no difference.

        Args:
            topic: The topic as the cluster describes it.

        Returns:
            Each setting that falls short, with the command that changes it.
        """
        needed = self.configuration() | self.protection(topic.replication_factor)
        return [*self._differences_of_size(topic), *_differences_of_configuration(topic, needed)]

    def _differences_of_size(self, topic: Topic) -> list[Difference]:
        found = []
        if len(topic.partitions) < self.partitions:
            # Not `kafka-topics.sh --alter`: with more partitions, the next message of a key would go to another one.
            command = "shop topics recreate KIND, then shop run"
            found.append(_difference(topic, "partitions", len(topic.partitions), self.partitions, command))
        if topic.replication_factor < self.replication_factor:
            command = "kafka-reassign-partitions.sh --execute --reassignment-json-file FILE"
            found.append(
                _difference(topic, "replication factor", topic.replication_factor, self.replication_factor, command)
            )
        return found


def _differences_of_configuration(topic: Topic, needed: Mapping[str, str]) -> list[Difference]:
    return [
        _difference(
            topic,
            setting,
            topic.configuration[setting],
            value,
            f"kafka-configs.sh --alter --topic {topic.name} --add-config {setting}={_argument(value)}",
        )
        for setting, value in needed.items()
        if not _suffices(setting, topic.configuration, value)
    ]


def _argument(value: str) -> str:
    # Without brackets, the comma of a list would separate two settings.
    return f"[{value}]" if "," in value else value


def _difference(topic: Topic, setting: str, actual: object, needed: object, command: str) -> Difference:
    return Difference(topic.name, setting, str(actual), str(needed), command)


def _suffices(setting: str, configuration: Mapping[str, str], needed: str) -> bool:
    actual = configuration[setting]
    match setting:
        case "cleanup.policy":
            return set(actual.split(",")) == set(needed.split(","))
        case "retention.ms" | "retention.bytes":
            # Log compaction alone keeps the newest message of every key, whatever these say.
            unused = "delete" not in configuration["cleanup.policy"].split(",")
            return unused or int(actual) == UNLIMITED or UNLIMITED != int(needed) <= int(actual)
        case "max.message.bytes" | "delete.retention.ms" | "min.insync.replicas":
            return int(actual) >= int(needed)
        case _:
            return actual == needed
