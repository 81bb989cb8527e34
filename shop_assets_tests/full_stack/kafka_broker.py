"""The brokers of docker-compose.yml on the real Kafka of the embedded stack: the same properties, other addresses."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from shop_assets.cache import cache_folder
from shop_assets.embedded.downloads.jars import ensure_jars
from shop_assets.embedded.downloads.stack_java import find_java
from shop_assets.embedded.services.kafka import JVM
from shop_assets_tests.full_stack.certificates import Certificates

STOP_SECONDS: Final = 3
TLS_LISTENER: Final = "SECURE"


@contextmanager
def broker(
    service: Mapping[str, Any], addresses: Mapping[str, str], folder: Path, tls: Certificates | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Formats and starts one broker. `addresses` says where `host:port` of the file is here; see `_properties`."""
    folder.mkdir()
    environment = service["environment"]
    (folder / "server.properties").write_text(_properties(environment, addresses, folder, tls))
    (folder / "log4j2.properties").write_text(environment["LOG4J2_PROPERTIES"])
    console = Console(stderr=True)
    java = find_java(cache_folder(), console)
    jars = ensure_jars(cache_folder(), java, console)["kafka"]
    run = (str(java.executable), *JVM, "-Dlog4j2.configurationFile=log4j2.properties", "-cp", f"{jars}/*")
    subprocess.run(
        (*run, "kafka.tools.StorageTool", "format", "--ignore-formatted",
         "--cluster-id", environment["CLUSTER_ID"], "--config", "server.properties"),
        cwd=folder, check=True, timeout=60, capture_output=True,
    )  # fmt: skip
    with (folder / "broker.log").open("wb") as log:
        process = subprocess.Popen((*run, "kafka.Kafka", "server.properties"), cwd=folder, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:  # a controller without its voters, or a busy machine: its data goes anyway
            process.kill()
            process.wait()


def create_users(service: Mapping[str, Any], bootstrap: str) -> None:
    """What kafka-setup does, with the broker at `bootstrap`, when that responds."""
    environment = service["environment"]
    subprocess.run(
        [sys.executable, "-c", environment["SETUP"]],
        env=os.environ | environment | {"BOOTSTRAP_SERVERS": bootstrap},
        check=True,
        timeout=120,
    )


def _properties(
    environment: Mapping[str, str], addresses: Mapping[str, str], folder: Path, tls: Certificates | None
) -> str:
    lines = (environment["NODE_PROPERTIES"] + environment["COMMON_PROPERTIES"]).splitlines()
    properties = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    host = properties["advertised.listeners"].partition("//")[2].partition(":")[0]
    for name in ("listeners", "advertised.listeners", "controller.quorum.voters"):
        value = properties[name].replace("://:", f"://{host}:")
        for of_compose, here in addresses.items():
            value = value.replace(of_compose, here)
        properties[name] = value
    properties["log.dirs"] = str(folder / "data")
    if tls is not None:
        _add_tls_listener(properties, addresses[TLS_LISTENER], tls)
    return "".join(f"{name}={value}\n" for name, value in properties.items())


def _add_tls_listener(properties: dict[str, str], address: str, tls: Certificates) -> None:
    """A listener more, as docs/full_stack.md describes it: SCRAM over TLS."""
    properties["listeners"] += f",{TLS_LISTENER}://{address}"
    properties["advertised.listeners"] += f",{TLS_LISTENER}://{address}"
    properties["listener.security.protocol.map"] += f",{TLS_LISTENER}:SASL_SSL"
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    properties[f"listener.name.{TLS_LISTENER.lower()}.scram-sha-512.sasl.jaas.config"] = scram
    properties["ssl.keystore.type"] = "PEM"
    properties["ssl.keystore.location"] = str(tls.server)
