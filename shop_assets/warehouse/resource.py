"""ClickHouse as a Dagster resource: a client of its HTTP interface."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
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
from shop_assets.warehouse.client_pool import Login, keep_idle, take_idle
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
    login = Login(host, port, user, password, secure=secure, ca_file=ca_file)
    client = _used_client(login) or _new_client(login)
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
            keep_idle(login, client)
        else:  # of a server that may be another one when it is back
            client.close()


def _new_client(login: Login) -> Client:
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


def _unreachable(login: Login, error: Error) -> WarehouseError:
    failure = WarehouseUnavailableError if isinstance(error, OperationalError) else WarehouseError
    return failure(
        f"ClickHouse at {login.host}:{login.port} cannot be reached, or refuses user {login.user!r}: "
        f"{type(error).__name__}. Start the embedded stack with `shop up`, or check SHOP_CLICKHOUSE_HOST, _PORT, "
        "_USER and _PASSWORD."
    )


def _used_client(login: Login) -> Client | None:
    """A client that was used before, if its server is still the same and takes its user."""
    client = take_idle(login)
    if client is None:
        return None
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
