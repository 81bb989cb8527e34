"""The services of the stack, and all of their ports."""

from typing import Final

from shop_assets.embedded.services import clickhouse, kafka, mongo, s3
from shop_assets.embedded.services.service import ServiceModule
from shop_assets.embedded.supervision import supervisor

# The slowest first: they share the cores.
SERVICES: Final[tuple[ServiceModule, ...]] = (kafka, mongo, clickhouse, s3)
PORT_NAMES: Final = (supervisor.PORT, *(name for module in SERVICES for name in module.PORTS))
