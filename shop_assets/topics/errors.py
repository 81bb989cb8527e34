"""What can go wrong with topics, in words that a person can act on."""

from shop_assets.errors import ShopError, TransientError


class TopicsError(ShopError):
    """Kafka did not answer, or refused; the message names the broker, the topic where there is one, and what to do."""


class DeliveryError(TopicsError, TransientError):
    """Messages were not acknowledged. Nothing is lost: the position is not saved, the next run publishes them again."""
