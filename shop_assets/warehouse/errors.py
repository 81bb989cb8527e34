"""The warehouse's expected errors; their messages say what to do."""

from shop_assets.errors import ShopError, TransientError


class WarehouseError(ShopError):
    """ClickHouse does not respond or refuses."""


class WarehouseUnavailableError(WarehouseError, TransientError):
    """ClickHouse does not respond, or stopped responding."""


class StatementRefusedError(WarehouseError):
    """ClickHouse refused a statement, or failed while it executed it."""


class MigrationError(WarehouseError):
    """A file of `sql/` cannot be applied to the warehouse as it is."""


class OffsetGapError(WarehouseError):
    """Kafka no longer has messages that RAW still needs, or has fewer than RAW already holds."""


class FencedOffError(WarehouseError):
    """Another run has become the writer of RAW; RAW refuses the blocks of this one."""


class KafkaReadError(WarehouseError):
    """Kafka refused to deliver messages of a range, or stopped; what it delivered before is in RAW."""


class BrokerTimeoutError(KafkaReadError, TransientError):
    """Kafka delivered nothing for a minute, without a final error."""
