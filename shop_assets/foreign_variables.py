"""Variables of other programs in the environment, which must not change what this project's processes do.

Drivers, Spark and Java read dozens of variables of their own accord: another project's AWS profile, Spark or proxy
would decide where a run goes. What the project takes from the environment is its own `SHOP_` variables and the few
that are documented (docs/settings.md).
"""

import locale
import os
from collections.abc import Mapping, MutableMapping
from typing import Final

from shop_assets.loopback import LOOPBACK

LOCAL_HOSTS: Final = (LOOPBACK, "localhost")

FAMILIES: Final = ("AWS_", "CLICKHOUSE_", "HADOOP_", "KAFKA_", "MONGO", "POLARS_", "PYSPARK_", "SPARK_", "YARN_")
JAVA_OPTIONS: Final = frozenset({"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})

HONOURED: Final = frozenset(
    {
        "AWS_CA_BUNDLE",
        "HADOOP_CONF_DIR",
        "HADOOP_USER_NAME",
        "JAVA_TOOL_OPTIONS",
        "PYSPARK_DRIVER_PYTHON",
        "PYSPARK_PYTHON",
        "SPARK_CONF_DIR",
        "SPARK_LOCAL_DIRS",
        "SPARK_LOCAL_HOSTNAME",
        "SPARK_LOCAL_IP",
        "YARN_CONF_DIR",
    }
)
"""What counts with services of one's own: a certificate authority, and how a cluster is reached."""

OWN_FILES: Final = (("AWS_CONFIG_FILE", os.devnull), ("AWS_SHARED_CREDENTIALS_FILE", os.devnull))
"""In place of `~/.aws/config` and `~/.aws/credentials`, whose endpoint or profile would count too."""

LOCALES: Final = ("C.UTF-8", "en_US.UTF-8", "C")
"""The first that there is: macOS has had the first for a short time only."""

INHERITED: Final = frozenset(
    {"HOME", "LD_LIBRARY_PATH", "LOGNAME", "PATH", "SHELL", "TEMP", "TERM", "TMP", "TMPDIR", "USER"}
)


def ignore_foreign_variables(environment: MutableMapping[str, str], *, own_services: bool) -> list[str]:
    """Remove the variables of other programs, and let no proxy stand before this machine's own services.

    Args:
        environment: The variables that this process and its children read; changed.
        own_services: Whether the services are one's own: a few variables then say how they are reached.

    Returns:
        The names of the removed variables, sorted.
    """
    honoured = HONOURED if own_services else frozenset()
    foreign = sorted(
        name for name in environment if (name.startswith(FAMILIES) or name in JAVA_OPTIONS) and name not in honoured
    )
    ignored = [name for name in foreign if (name, environment[name]) not in OWN_FILES]
    for name in foreign:
        del environment[name]
    environment.update(OWN_FILES)
    environment["no_proxy"] = environment["NO_PROXY"] = without_proxy(environment)
    return ignored


def without_proxy(environment: Mapping[str, str]) -> str:
    """Find the hosts that are reached without a proxy.

    Args:
        environment: The variables.

    Returns:
        The hosts of `no_proxy` or `NO_PROXY` and this machine, separated by commas.
    """
    given = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    hosts = [host for host in (part.strip() for part in given.split(",")) if host]
    if "*" in hosts:
        return "*"
    return ",".join([*hosts, *(host for host in LOCAL_HOSTS if host not in hosts)])


def use_neutral_locale(environment: MutableMapping[str, str]) -> None:
    """Let C libraries and Java of this process and its children compare and write text as in English.

    In Turkish, I is not the capital of i: librdkafka does not find `PLAINTEXT`, and Kafka does not find its own enums.

    Args:
        environment: The variables that children read; changed.
    """
    for name in LOCALES:
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        environment["LC_ALL"] = name
        return


def inherited_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Choose what the processes of the embedded stack inherit.

    Args:
        environment: This process's variables.

    Returns:
        The few that any process needs; nothing of another program's, no setting and no proxy.
    """
    return {name: value for name, value in environment.items() if name in INHERITED}
