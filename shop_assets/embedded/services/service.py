"""What the supervisor and `shop up` need to know of any service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from shop_assets.embedded.credentials import Credentials
from shop_assets.embedded.downloads.stack_java import Java
from shop_assets.embedded.home import Home

# The name under which each probe writes and reads back its one entry.
PROBE_NAME: Final = "stack-readiness"


@dataclass(frozen=True)
class StackContext:
    """A stack's folder, its ports by name, and its credentials."""

    home: Home
    ports: Mapping[str, int]
    credentials: Credentials


@dataclass(frozen=True)
class Tools:
    """What is downloaded once: Java, and the folders of Kafka's and Spark's jars."""

    java: Java
    kafka_jars: Path
    spark_jars: Path


@dataclass(frozen=True)
class Service:
    """How one process of the stack is run.

    `command` contains no secret, because command lines are public on a machine; `environment` and `files` may. `files`
    are its configuration, by their paths below SHOP_HOME. Before `shop up` starts it, they are written (mode 0600) and
    `prepare` runs. `complete` runs while it runs, before each probe, and raises NotReadyError while that fails.
    `stop_seconds` is how long it may take to stop before it is killed.
    """

    name: str
    command: tuple[str, ...]
    stop_seconds: int
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    prepare: Callable[[], None] = lambda: None
    complete: Callable[[], None] = lambda: None


class ServiceModule(Protocol):
    """What each service's module provides.

    `PORTS` names its ports, the clients' one first. `probe` writes something and reads it back, and raises
    NotReadyError while that fails.
    """

    @property
    def NAME(self) -> str:  # noqa: N802  # a constant of the module
        """Its name in files and commands."""

    @property
    def LABEL(self) -> str:  # noqa: N802
        """Its name for display."""

    @property
    def PORTS(self) -> tuple[str, ...]:  # noqa: N802
        """The names of its ports."""

    def service(self, context: StackContext, tools: Tools, /) -> Service:
        """How it is run."""

    def probe(self, context: StackContext, /) -> None:
        """Write something and read it back."""
