"""`stack.env`: the settings of the running stack, as the environment variables that `Settings` reads."""

from collections.abc import Mapping

from dotenv import dotenv_values

from shop_assets.embedded.credentials import USER
from shop_assets.embedded.home import Home, write_private
from shop_assets.embedded.services import clickhouse, kafka, kafka_users, mongo, s3
from shop_assets.embedded.services.service import StackContext, Tools
from shop_assets.loopback import LOOPBACK
from shop_assets.settings import variable


def stack_settings(context: StackContext, tools: Tools) -> dict[str, str]:
    """The variables of the stack; all paths are absolute, so that they are valid in any folder."""
    fields = {
        "home": str(context.home.root),
        "s3_endpoint": s3.endpoint(context),
        "s3_region": s3.REGION,
        "s3_access_key": context.credentials.s3_access_key,
        "s3_secret_key": context.credentials.s3_secret_key,
        "mongo_uri": mongo.uri(context),
        "kafka_bootstrap_servers": kafka.bootstrap_servers(context),
        "kafka_security_protocol": kafka_users.PROTOCOL,
        "kafka_sasl_mechanism": kafka_users.MECHANISM,
        "kafka_username": kafka_users.PIPELINE,
        "kafka_password": context.credentials.kafka_password,
        "clickhouse_host": LOOPBACK,
        "clickhouse_port": str(context.ports["clickhouse"]),
        "clickhouse_user": USER,
        "clickhouse_password": context.credentials.clickhouse_password,
        "clickhouse_reader_user": clickhouse.READER,
        "clickhouse_reader_password": context.credentials.clickhouse_reader_password,
        "pii_keys": context.credentials.pii_keys,
        "spark_jars": str(tools.spark_jars),
        "java_home": str(tools.java.home),
    }
    return {variable(field): value for field, value in fields.items()}


def write_stack_env(home: Home, settings: Mapping[str, str]) -> None:
    """Write `stack.env`, mode 0600: from now on `Settings.load()` finds the stack."""
    lines = (f"{name}={_quoted(value)}\n" for name, value in settings.items())
    write_private(home.stack_env, "# Written by `shop up`, removed by `shop down`.\n" + "".join(lines))


def read_stack_env(home: Home) -> dict[str, str] | None:
    """Read `stack.env`.

    Args:
        home: The folder of the stack.

    Returns:
        The variables; None while the stack is down.
    """
    if not home.stack_env.exists():
        return None
    return {name: value for name, value in dotenv_values(home.stack_env).items() if value is not None}


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
