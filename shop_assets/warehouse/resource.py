"""ClickHouse as a Dagster resource: a client of its HTTP interface."""

import logging
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Final, cast

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, Error, OperationalError
from clickhouse_connect.driver.httpclient import HttpClient
from dagster import ConfigurableResource, ResourceDependency
from pydantic import Field, SecretStr
from urllib3 import Timeout

from shop_assets.settings import Settings
from shop_assets.settings.environment import DEFAULT_CLOCK_SLACK_SECONDS
from shop_assets.warehouse.errors import StatementRefusedError, WarehouseError, WarehouseUnavailableError
from shop_assets.warehouse.mart.reading_rules import ReadingRules, reading_rules

# The library logs every lost connection before it raises. Add a handler to this logger to see them; without this one
# Python would print them to stderr.
logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())

CONNECT_TIMEOUT_SECONDS: Final = 10
FIRST_RESPONSE_TIMEOUT_SECONDS: Final = 30
"""For the first requests, which are about the server itself: a frozen server is reported before the work begins."""

RESPONSE_TIMEOUT_SECONDS: Final = 600
"""The longest statement, comparing all of MART with all of RAW, takes minutes at hundreds of millions of rows."""

MOST_IDLE_CLIENTS: Final = 4
"""How many clients wait for their next use in a process: a stage uses one or two at a time, of one or two users."""


@dataclass(frozen=True)
class _Login:
    """What a client was made for."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    secure: bool
    ca_file: str | None


_IDLE: Final[deque[tuple[_Login, Client]]] = deque()
"""A new client asks the server for its version and for all of its settings, 40 ms of computing on both sides: each
asset and check takes one of these."""

_IDLE_LOCK: Final = threading.Lock()


class ClickHouseResource(ConfigurableResource[None]):
    """Where the warehouse is. The password is a dependency and not configuration: Dagster stores configuration."""

    host: str
    port: int = Field(description="Of the HTTP interface.")
    user: str
    password: ResourceDependency[SecretStr]
    secure: bool = Field(False, description="TLS.")
    ca_file: str | None = Field(None, description="The CA certificate of the server; none: the system's.")
    cluster: str | None = Field(None, description="The cluster with replicated tables; none: a single server.")
    timezone: str = Field("UTC", description="The business time zone.")
    source_timezone: str = Field("UTC", description="The time zone of times without an offset.")
    number_comma: str = Field("unknown", description="What a lone comma before three digits is.")
    date_order: str = Field("unknown", description="Whether the day or the month stands first in 05/06/2024.")
    clock_slack_seconds: int = Field(
        DEFAULT_CLOCK_SLACK_SECONDS, description="How much later than its message a date may be."
    )

    @property
    def rules(self) -> ReadingRules:
        """How values are read."""
        return ReadingRules(
            self.timezone, self.source_timezone, self.number_comma, self.date_order, self.clock_slack_seconds
        )

    @contextmanager
    def client(self) -> Iterator[Client]:
        """Open a client for the block.

        Yields:
            The client.

        Raises:
            WarehouseUnavailableError: ClickHouse cannot be reached, or stops responding in the block.
            StatementRefusedError: ClickHouse refuses a statement of the block.
            WarehouseError: ClickHouse refuses the user.
        """
        password = self.password.get_secret_value()
        with connection(self.host, self.port, self.user, password, secure=self.secure, ca_file=self.ca_file) as client:
            yield client


@contextmanager
def connection(
    host: str, port: int, user: str, password: str, *, secure: bool, ca_file: str | None = None
) -> Iterator[Client]:
    """Open a client for the block.

    Args:
        host: The server.
        port: The port of its HTTP interface.
        user: The user.
        password: The user's password.
        secure: Whether to use TLS.
        ca_file: The CA certificate of the server; None: the system's.

    Yields:
        The client.

    Raises:
        WarehouseUnavailableError: ClickHouse cannot be reached, or stops responding in the block.
        StatementRefusedError: ClickHouse refuses a statement of the block.
        WarehouseError: ClickHouse refuses the user.
    """
    login = _Login(host, port, user, password, secure=secure, ca_file=ca_file)
    client = _take_idle(login) or _new_client(login)
    _limit(client, RESPONSE_TIMEOUT_SECONDS)
    succeeded = False
    try:
        yield client
        succeeded = True
    except OperationalError as error:
        raise WarehouseUnavailableError(
            f"ClickHouse at {host}:{port} stopped responding. Is it running (`shop status`)? Completed inserts are "
            "safe: run this step again when it is back."
        ) from error
    except DatabaseError as error:
        raise StatementRefusedError(f"ClickHouse refused the statement: {error}") from error
    finally:
        if succeeded:
            _keep_idle(login, client)
        else:  # of a server that may be another one when it is back
            client.close()


def _new_client(login: _Login) -> Client:
    try:
        return clickhouse_connect.get_client(
            host=login.host,
            port=login.port,
            username=login.user,
            password=login.password,
            secure=login.secure,
            ca_cert=login.ca_file,
            compress="lz4",
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            send_receive_timeout=FIRST_RESPONSE_TIMEOUT_SECONDS,
            # A session allows one statement at a time, and threads may share a client.
            autogenerate_session_id=False,
        )
    except Error as error:
        raise _unreachable(login, error) from error


def _unreachable(login: _Login, error: Error) -> WarehouseError:
    failure = WarehouseUnavailableError if isinstance(error, OperationalError) else WarehouseError
    return failure(
        f"ClickHouse at {login.host}:{login.port} cannot be reached, or refuses user {login.user!r}: "
        f"{type(error).__name__}. Start the embedded stack with `shop up`, or check SHOP_CLICKHOUSE_HOST, _PORT, "
        "_USER and _PASSWORD."
    )


def _take_idle(login: _Login) -> Client | None:
    """A client that was used before, if its server is still the same and takes its user."""
    with _IDLE_LOCK:
        found = next((entry for entry in reversed(_IDLE) if entry[0] == login), None)
        if found is None:
            return None
        _IDLE.remove(found)
    _, client = found
    _limit(client, FIRST_RESPONSE_TIMEOUT_SECONDS)
    is_same = False
    try:
        is_same = client.command("SELECT version()") == client.server_version
    except OperationalError as error:
        raise _unreachable(login, error) from error
    except Error:  # the user is refused: a new client says so
        return None
    finally:
        if not is_same:
            client.close()
    return client if is_same else None


def _limit(client: Client, seconds: float) -> None:
    """Set how long the client waits for a response."""
    cast("HttpClient", client).timeout = Timeout(connect=CONNECT_TIMEOUT_SECONDS, read=seconds)


def _keep_idle(login: _Login, client: Client) -> None:
    """Keep a client for its next use, in place of the one that was used least recently."""
    with _IDLE_LOCK:
        _IDLE.append((login, client))
        dropped = _IDLE.popleft()[1] if len(_IDLE) > MOST_IDLE_CLIENTS else None
    if dropped is not None:
        dropped.close()


def clickhouse_resource(settings: Settings) -> ClickHouseResource:
    """Build the resource from the settings: the pipeline's user, who may write.

    Args:
        settings: The `SHOP_CLICKHOUSE_` variables.

    Returns:
        The resource; nothing is contacted yet.
    """
    return _resource(settings, settings.clickhouse_user, settings.clickhouse_password)


def reader_resource(settings: Settings) -> ClickHouseResource:
    """Build the resource for reading alone: dashboards, queries of people, notebooks.

    Args:
        settings: The `SHOP_CLICKHOUSE_` variables.

    Returns:
        The resource with the reader as its user, or the pipeline's where the settings have no reader.
    """
    return _resource(settings, *reader_login(settings))


def reader_login(settings: Settings) -> tuple[str, SecretStr]:
    """The user who reads, and the password.

    Args:
        settings: The `SHOP_CLICKHOUSE_` variables.

    Returns:
        The reader, or the pipeline's user where the settings have no reader.
    """
    if settings.clickhouse_reader_user and settings.clickhouse_reader_password:
        return settings.clickhouse_reader_user, settings.clickhouse_reader_password
    return settings.clickhouse_user, settings.clickhouse_password


def _resource(settings: Settings, user: str, password: SecretStr) -> ClickHouseResource:
    return ClickHouseResource(
        host=settings.clickhouse_host,
        port=settings.clickhouse_port,
        user=user,
        password=password,
        secure=settings.clickhouse_secure,
        ca_file=str(settings.clickhouse_ca_file) if settings.clickhouse_ca_file else None,
        cluster=settings.clickhouse_cluster,
        **asdict(reading_rules(settings)),
    )
