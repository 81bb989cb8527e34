"""ClickHouse as a Dagster resource: a client of its HTTP interface."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error, OperationalError
from clickhouse_connect.driver.httpclient import HttpClient
from dagster import ConfigurableResource, ResourceDependency
from pydantic import Field, SecretStr
from urllib3 import Timeout

from shop_assets.settings import Settings
from shop_assets.warehouse.errors import WarehouseError, WarehouseUnavailableError

# The library tells of every lost connection before it raises. Whoever wants it gives this logger a handler; without
# this one Python would print it to stderr.
logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())

CONNECT_TIMEOUT_SECONDS: Final = 10
FIRST_ANSWER_SECONDS: Final = 30
"""For the first questions, which are about the server itself: one that is frozen is told before the work begins."""

ANSWER_TIMEOUT_SECONDS: Final = 600
"""The longest statement, comparing all of MART with all of RAW, takes minutes at hundreds of millions of rows."""


class ClickHouseResource(ConfigurableResource[None]):
    """Where the warehouse is. The password is a dependency and not configuration: Dagster stores configuration."""

    host: str
    port: int = Field(description="Of the HTTP interface.")
    user: str
    password: ResourceDependency[SecretStr]
    secure: bool = Field(False, description="TLS.")
    ca_file: str | None = Field(
        None, description="The authority behind the server's certificate; the system's if none."
    )
    cluster: str | None = Field(None, description="Where tables are made, replicated; none: on this server.")

    @contextmanager
    def client(self) -> Iterator[Client]:
        """A client, closed at the end. Raises WarehouseError when ClickHouse cannot be reached or refuses the user."""
        password = self.password.get_secret_value()
        with connection(self.host, self.port, self.user, password, secure=self.secure, ca_file=self.ca_file) as client:
            yield client


@contextmanager
def connection(
    host: str, port: int, user: str, password: str, *, secure: bool, ca_file: str | None = None
) -> Iterator[Client]:
    """A client, closed at the end. Raises WarehouseError when ClickHouse cannot be reached, then or in the block, or
    refuses the user.
    """
    try:
        client = clickhouse_connect.get_client(
            host=host,
            port=port,
            username=user,
            password=password,
            secure=secure,
            ca_cert=ca_file,
            compress="lz4",
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            send_receive_timeout=FIRST_ANSWER_SECONDS,
            # A session allows one statement at a time, and threads may share a client.
            autogenerate_session_id=False,
        )
    except Error as error:
        failure = WarehouseUnavailableError if isinstance(error, OperationalError) else WarehouseError
        raise failure(
            f"ClickHouse at {host}:{port} cannot be used as {user!r}: {type(error).__name__}. Start the embedded stack "
            "with `shop up`, or look at SHOP_CLICKHOUSE_HOST, _PORT, _USER and _PASSWORD."
        ) from error
    cast("HttpClient", client).timeout = Timeout(CONNECT_TIMEOUT_SECONDS, ANSWER_TIMEOUT_SECONDS)
    try:
        yield client
    except OperationalError as error:
        raise WarehouseUnavailableError(
            f"ClickHouse at {host}:{port} stopped answering. Is it running (`shop status`)? What was inserted is "
            "whole: run this step again when it is back."
        ) from error
    finally:
        client.close()


def clickhouse_resource(settings: Settings) -> ClickHouseResource:
    """The resource for these settings."""
    return ClickHouseResource(
        host=settings.clickhouse_host,
        port=settings.clickhouse_port,
        user=settings.clickhouse_user,
        password=settings.clickhouse_password,
        secure=settings.clickhouse_secure,
        ca_file=str(settings.clickhouse_ca_file) if settings.clickhouse_ca_file else None,
        cluster=settings.clickhouse_cluster,
    )
