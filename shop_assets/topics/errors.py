"""Errors of the topics, with advice on what to do; transient ones are marked."""

from typing import Final

from confluent_kafka import KafkaError

from shop_assets.errors import InputError, ShopError, TransientError

NOT_READY_CODES: Final = frozenset(
    {
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.REQUEST_TIMED_OUT,
    }
)
"""A topic that was just created, or a broker that just came up: metadata answers before the leaders are ready."""

_TRANSIENT_CODES: Final = NOT_READY_CODES | {
    KafkaError._TRANSPORT,  # noqa: SLF001  # the library's names of public codes
    KafkaError._TIMED_OUT,  # noqa: SLF001
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
}
"""librdkafka marks only few errors as retriable; these too are over when a broker is back or leaders are elected."""


class TopicsError(ShopError):
    """Kafka did not respond, or refused; the message names the broker, the topic if there is one, and what to do."""


class TopicsUnavailableError(TopicsError, TransientError):
    """Kafka did not respond in time, or has no leader for a partition yet."""


class TopicRestoredError(TopicsError):
    """A topic is in an older state than it was: Kafka was restored, or lost messages."""


class WrongKeyError(InputError):
    """A ring that is going to be saved has another key than the one that encrypted what is stored."""


class KeyLostError(TopicsError):
    """The key ring no longer has the key that encrypted what was sent."""


class DeliveryError(TopicsError, TransientError):
    """Messages were not acknowledged. Nothing is lost: the checkpoint is not saved, the next run sends them again."""


def translated_error(message: str, error: KafkaError) -> TopicsError:
    """Translate an error of the client library into one of ours.

    Args:
        message: What failed, where, and what to do.
        error: The library's error, which decides whether it may pass.

    Returns:
        A `TopicsUnavailableError` for what may be over in a minute, else a `TopicsError`.
    """
    is_transient = error.retriable() or error.code() in _TRANSIENT_CODES
    return TopicsUnavailableError(message) if is_transient else TopicsError(message)
