"""What can go wrong with the warehouse, in words that a person can act on."""

from shop_assets.errors import ShopError, TransientError


class WarehouseError(ShopError):
    """ClickHouse did not answer or refused."""


class WarehouseUnavailableError(WarehouseError, TransientError):
    """ClickHouse does not answer, or stopped answering."""


class MigrationError(WarehouseError):
    """A file of `sql/` cannot be applied to the warehouse as it is."""


class OffsetGapError(WarehouseError):
    """Kafka no longer has messages that RAW still needs, or has fewer than RAW already holds."""


class FencedOffError(WarehouseError):
    """Another run began to write RAW while this one was silent; RAW took nothing of it since."""


class KafkaReadError(WarehouseError):
    """Kafka stopped giving messages before the end of a range was reached; what came is in RAW."""


class BrokerTimeoutError(KafkaReadError, TransientError):
    """It stopped without saying why."""
