"""Topics created by a specification, their ids and their watermarks.

This module makes requests about topics. `sending.py` sends messages; `checkpoints.py` records what was sent.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, TypeVar

from confluent_kafka import KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are public, but not marked as re-exported
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    OffsetSpec,
)
from tenacity import RetryError, Retrying, retry_if_exception, retry_if_not_result, stop_after_delay, wait_fixed

from shop_assets.orchestration.asset_keys import TOPICS_HAVE_THEIR_SETTINGS
from shop_assets.topics.errors import NOT_READY_CODES, TopicsError, translated_error
from shop_assets.topics.specification import Topic, TopicSpecification

Result = TypeVar("Result")

TopicPartitionKey = tuple[str, int]
"""The name of a topic, and the number of the partition."""

LOGGER: Final = logging.getLogger(__name__)

REQUEST_TIMEOUT_SECONDS: Final = 30.0
"""An embedded broker is back 8 s after a crash; anything longer than this is an outage to report."""

NOT_ALLOWED: Final = frozenset(
    {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED, KafkaError.POLICY_VIOLATION}
)


@dataclass(frozen=True)
class Watermarks:
    """The offsets of a topic partition: the oldest one kept (low), and the next one to be written (high)."""

    low: int
    high: int


@dataclass(frozen=True)
class TopicAdministration:
    """Requests to the cluster about topics.

    Every method raises `TopicsError` when the cluster refuses, and `TopicsUnavailableError` when it does not respond in
    time.
    """

    client: AdminClient
    bootstrap_servers: str

    def ensure(self, names: Iterable[str], specification: TopicSpecification) -> dict[str, Topic]:
        """Create the topics that are missing, protect the others, and wait until every topic partition has its leader.

        Topics of an older release, or that somebody else created, get the specification's `protection` if Kafka allows
        it; nothing else of them is changed.

        Args:
            names: The topics' names.
            specification: What new topics are created with.

        Returns:
            All of them by name.

        Raises:
            TopicsError: The cluster refused, or did not list a new topic within 30 s.
        """
        wanted = list(names)
        missing = sorted(set(wanted) - self.describe(wanted).keys())
        if missing:
            self._create(missing, specification)
        topics = self._describe_all(wanted)
        self._alter({name: specification.missing_protection(topic) for name, topic in topics.items()})
        self.watermarks(topics.values())  # succeeds only when every partition has its leader
        return topics

    def delete(self, names: Iterable[str]) -> None:
        """Delete topics and wait until they are gone; those that do not exist are left out.

        Args:
            names: Names of topics.

        Raises:
            TopicsError: This user may not delete them; the message has the command for Kafka's administrator.
        """
        wanted = sorted(self.describe(names))
        if not wanted:
            return
        for name, answer in self.client.delete_topics(wanted, request_timeout=REQUEST_TIMEOUT_SECONDS).items():
            try:
                answer.result()
            except KafkaException as error:
                if error.args[0].code() in NOT_ALLOWED:
                    raise TopicsError(
                        f"Kafka at {self.bootstrap_servers} does not let this user delete topics: have its "
                        f"administrator run `kafka-topics.sh --delete --topic '{'|'.join(wanted)}'`, then start a run, "
                        "which creates and fills them."
                    ) from error
                raise self._refused(f"deleting topic {name}", error) from error
        try:
            _until(lambda found: not found)(self.describe, wanted)
        except RetryError as error:
            raise TopicsError(
                f"Kafka at {self.bootstrap_servers} still lists the topics {', '.join(wanted)} "
                f"{REQUEST_TIMEOUT_SECONDS:.0f} s after deleting them; look at the broker's log"
            ) from error

    def describe(self, names: Iterable[str]) -> dict[str, Topic]:
        """Describe topics.

        Args:
            names: Names of topics, of which some may not exist.

        Returns:
            Those that exist, by name.

        Raises:
            TopicsError: The cluster refused.
        """
        wanted = list(names)
        answers = self.client.describe_topics(TopicCollection(wanted), request_timeout=REQUEST_TIMEOUT_SECONDS)
        descriptions = {}
        for name, answer in answers.items():
            try:
                descriptions[name] = answer.result()
            except KafkaException as error:
                if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                    raise self._refused(f"describing topic {name}", error) from error
        configurations = self._configurations(descriptions)
        return {
            name: Topic(
                name,
                str(found.topic_id),
                tuple(sorted(part.id for part in found.partitions)),
                min(len(part.replicas) for part in found.partitions),
                configurations[name],
            )
            for name, found in descriptions.items()
        }

    def watermarks(self, topics: Iterable[Topic]) -> dict[TopicPartitionKey, Watermarks]:
        """Read the watermarks of every topic partition.

        Args:
            topics: Topics that exist, with their partitions.

        Returns:
            The watermarks by topic name and partition.
        """
        partitions = [TopicPartition(topic.name, number) for topic in topics for number in topic.partitions]
        low = self._offsets(partitions, OffsetSpec.earliest())  # type: ignore[no-untyped-call]  # the library has no types
        high = self._offsets(partitions, OffsetSpec.latest())  # type: ignore[no-untyped-call]  # here either
        return {key: Watermarks(low[key], high[key]) for key in high}

    def _describe_all(self, names: list[str]) -> dict[str, Topic]:
        # Metadata of a new topic reaches the brokers a moment later.
        try:
            return _until(lambda found: found.keys() == set(names))(self.describe, names)
        except RetryError as error:
            message = (
                f"Kafka at {self.bootstrap_servers} did not list the topics {', '.join(names)} within "
                f"{REQUEST_TIMEOUT_SECONDS:.0f} s of creating them; look at the broker's log"
            )
            raise TopicsError(message) from error

    def _create(self, names: list[str], specification: TopicSpecification) -> None:
        new = [
            NewTopic(
                name,
                num_partitions=specification.partitions,
                replication_factor=specification.replication_factor,
                config=specification.configuration(),
            )
            for name in names
        ]
        for name, answer in self.client.create_topics(new, request_timeout=REQUEST_TIMEOUT_SECONDS).items():
            try:
                answer.result()
            except KafkaException as error:
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:  # another run created it first
                    raise self._refused(f"creating topic {name}", error) from error

    def _alter(self, wanted: Mapping[str, Mapping[str, str]]) -> None:
        resources = [
            ConfigResource(
                ConfigResource.Type.TOPIC,
                name,
                incremental_configs=[
                    ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
                    for key, value in settings.items()
                ],
            )
            for name, settings in wanted.items()
            if settings
        ]
        if not resources:  # the library refuses an empty request
            return
        answers = self.client.incremental_alter_configs(resources, request_timeout=REQUEST_TIMEOUT_SECONDS)
        for resource, answer in answers.items():
            try:
                answer.result()
            except KafkaException as error:
                if error.args[0].code() not in NOT_ALLOWED:
                    raise self._refused(f"altering topic {resource.name}", error) from error
                LOGGER.warning(
                    "Kafka does not let this user set %s on topic %s, without which messages could be lost or forged: "
                    "have an administrator set it. The check %s shows the command.",
                    ", ".join(f"{key}={value}" for key, value in wanted[resource.name].items()),
                    resource.name,
                    TOPICS_HAVE_THEIR_SETTINGS,
                )

    def _configurations(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in names]
        if not resources:
            return {}
        answers = self.client.describe_configs(resources, request_timeout=REQUEST_TIMEOUT_SECONDS)
        return {
            resource.name: {
                key: str(entry.value) for key, entry in self._result(answer, f"reading topic {resource.name}").items()
            }
            for resource, answer in answers.items()
        }

    def _offsets(self, partitions: list[TopicPartition], which: OffsetSpec) -> dict[TopicPartitionKey, int]:
        asked = dict.fromkeys(partitions, which)
        offsets: dict[TopicPartitionKey, int] = {}
        try:
            for attempt in _retrying():
                with attempt:
                    answers = self.client.list_offsets(asked, request_timeout=REQUEST_TIMEOUT_SECONDS)
                    offsets = {(key.topic, key.partition): answer.result().offset for key, answer in answers.items()}
        except KafkaException as error:
            raise self._refused("reading offsets", error) from error
        return offsets

    def _result(self, answer: "Future[Result]", action: str) -> Result:
        try:
            return answer.result()
        except KafkaException as error:
            raise self._refused(action, error) from error

    def _refused(self, action: str, error: KafkaException) -> TopicsError:
        message = (
            f"Kafka at {self.bootstrap_servers}: {action} failed: {error.args[0].str()}. Is the broker running "
            "(`shop status`), and are SHOP_KAFKA_BOOTSTRAP_SERVERS and the SHOP_KAFKA_ settings beside it right?"
        )
        return translated_error(message, error.args[0])


def total_messages(watermarks: Mapping[TopicPartitionKey, Watermarks], topic: str) -> int:
    """Count the messages ever written to a topic, by its offsets; Kafka's log compaction does not lower the count.

    Args:
        watermarks: Watermarks by topic name and partition; those of other topics are ignored.
        topic: Its name.

    Returns:
        The sum of the high watermarks.
    """
    return sum(marks.high for (name, _), marks in watermarks.items() if name == topic)


def _until(accept: Callable[[dict[str, Topic]], bool]) -> Retrying:
    return Retrying(
        retry=retry_if_not_result(accept), wait=wait_fixed(0.25), stop=stop_after_delay(REQUEST_TIMEOUT_SECONDS)
    )


def _retrying() -> Retrying:
    return Retrying(
        retry=retry_if_exception(_is_not_ready),
        wait=wait_fixed(0.25),
        stop=stop_after_delay(REQUEST_TIMEOUT_SECONDS),
        reraise=True,
    )


def _is_not_ready(error: BaseException) -> bool:
    return isinstance(error, KafkaException) and error.args[0].code() in NOT_READY_CODES
