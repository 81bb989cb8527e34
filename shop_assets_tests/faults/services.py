"""The services of an embedded stack as victims: their process ids, and waiting until a killed one is back."""

from collections.abc import Mapping
from dataclasses import dataclass

from shop_assets.embedded.stack import Stack
from shop_assets.embedded.supervision.status import stack_status


@dataclass(frozen=True)
class Services:
    """The services of one stack, which its supervisor starts again."""

    stack: Stack

    def pids(self) -> Mapping[str, int]:
        """By the names of the services, those that run."""
        return {service.name: service.pid for service in stack_status(self.stack.home) if service.pid is not None}

    def wait(self) -> None:
        """Returns when a write and a read go through each of them. Raises StackError when one does not come back."""
        self.stack.up()
