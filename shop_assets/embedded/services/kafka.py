"""The broker of the topics: a real Apache Kafka of one node (KRaft), small enough for a laptop.

Its users are created by `kafka_users.py`. The broker itself and its controller log in to each other by PLAIN, because
SCRAM's users are in the metadata that the controller has to load first.
"""

import os
import secrets
import subprocess
import time
from typing import Final

from shop_assets.embedded.errors import NotReadyError, StackError
from shop_assets.embedded.services.kafka_users import (
    ADMINISTRATOR,
    MECHANISM,
    PIPELINE,
    PROTOCOL,
    ClientConfig,
    client_configuration,
    ensure_users,
)
from shop_assets.embedded.services.service import PROBE_NAME, Service, StackContext, Tools
from shop_assets.foreign_variables import inherited_variables
from shop_assets.java import LANGUAGE_OPTIONS
from shop_assets.loopback import LOOPBACK

NAME: Final = "kafka"
LABEL: Final = "Kafka"
PORTS: Final = ("kafka", "kafka_controller")
CONFIGURATION: Final = "config"
UNPACKED: Final = ("*.so", "*.so.lck")
"""Libraries that a broker unpacked there, and could not delete because it was killed."""
# A heap of 256 MiB serves the pipeline's volumes at full speed (most of a broker's memory is the page cache); the
# serial collector and the first compiler alone save 200 MB of the rest and start faster.
JVM: Final = (
    *("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"), *LANGUAGE_OPTIONS,
    f"-Djava.io.tmpdir={CONFIGURATION}",  # the library for zstd runs from there, and /tmp may be mounted noexec
)  # fmt: skip
# Below SHOP_HOME, where the broker is started: a path of any alphabet would not survive Java's properties files.
DATA: Final = "data/kafka"
PROPERTIES: Final = "config/kafka.properties"
LOGGING: Final = "config/log4j2.properties"
LOGGING_TEXT: Final = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
"""
PLAIN_MODULE: Final = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM_MODULE: Final = "org.apache.kafka.common.security.scram.ScramLoginModule"
# Java takes the encoding of file names from the locale, and cron jobs have none.
LOCALE: Final = {"LC_ALL": "C.UTF-8"}
FORMAT_SECONDS: Final = 60
PROBE_SECONDS: Final = 4.0


def bootstrap_servers(context: StackContext) -> str:
    """The address for clients."""
    return f"{LOOPBACK}:{context.ports['kafka']}"


def service(context: StackContext, tools: Tools) -> Service:
    """The broker, open only to its own users."""
    return Service(
        name=NAME,
        command=(*_java(tools), "kafka.Kafka", PROPERTIES),
        environment=LOCALE,
        stop_seconds=30,  # it hands over and flushes; a clean stop spares the next start a recovery
        files={PROPERTIES: _lines(properties(context)), LOGGING: LOGGING_TEXT},
        prepare=lambda: _prepare(context, tools),
        complete=lambda: _ensure_users(context),
    )


def properties(context: StackContext) -> dict[str, str]:
    """The broker's `server.properties`, which hold the administrator's password."""
    broker, controller = (f"{LOOPBACK}:{context.ports[name]}" for name in PORTS)
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{controller}",
        "listeners": f"CLIENTS://{broker},CONTROLLER://{controller}",
        "advertised.listeners": f"CLIENTS://{broker}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "CLIENTS",
        "listener.security.protocol.map": f"CLIENTS:{PROTOCOL},CONTROLLER:{PROTOCOL}",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.clients.sasl.enabled.mechanisms": f"{MECHANISM},PLAIN",
        "listener.name.clients.scram-sha-512.sasl.jaas.config": f"{SCRAM_MODULE} required;",
        "listener.name.clients.plain.sasl.jaas.config": _plain_login(context),
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": _plain_login(context),
        # Whoever has no right to something does not even learn its name.
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{ADMINISTRATOR}",
        "log.dirs": DATA,
        "auto.create.topics.enable": "false",  # a misspelt topic is an error
        "group.initial.rebalance.delay.ms": "0",  # there are no other consumers to wait for
        # A killed broker can rejoin only when its previous session has expired; the default is 9 s.
        "broker.session.timeout.ms": "4000",
        "broker.heartbeat.interval.ms": "500",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),  # of the heap; the default would take half of it
        # One broker holds one replica, and one partition of each of Kafka's own topics is enough.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.num.partitions": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        "share.coordinator.state.topic.min.isr": "1",
    }


def _java(tools: Tools) -> tuple[str, ...]:
    classpath = str(tools.kafka_jars / "*")
    return (str(tools.java.executable), *JVM, f"-Dlog4j2.configurationFile={LOGGING}", "-cp", classpath)


def _plain_login(context: StackContext) -> str:
    """The administrator as the only user of PLAIN, and as whom the broker logs in elsewhere."""
    password = context.credentials.kafka_administrator_password
    return (
        f'{PLAIN_MODULE} required username="{ADMINISTRATOR}" password="{password}" user_{ADMINISTRATOR}="{password}";'
    )


def _lines(values: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _prepare(context: StackContext, tools: Tools) -> None:
    for pattern in UNPACKED:
        for file in (context.home.root / CONFIGURATION).glob(pattern):
            file.unlink()
    _format(context, tools)


def _format(context: StackContext, tools: Tools) -> None:
    """Format the data folder at the first start."""
    root = context.home.root
    if (root / DATA / "meta.properties").exists():
        return
    (root / DATA).mkdir(mode=0o700, parents=True, exist_ok=True)
    command = (
        *_java(tools), "kafka.tools.StorageTool", "format",
        f"--cluster-id={context.credentials.kafka_cluster_id}",  # an id may begin with "-"
        "--config", PROPERTIES,
    )  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=root, env={**inherited_variables(os.environ), **LOCALE}, umask=0o077,
            capture_output=True, text=True, timeout=FORMAT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        message = f"Kafka's data folder was not formatted within {FORMAT_SECONDS} s: run `shop up` again."
        raise StackError(message) from None
    if done.returncode != 0:
        raise StackError(f"Kafka's data folder cannot be formatted:\n{(done.stdout + done.stderr)[-2000:]}")


def _ensure_users(context: StackContext) -> None:
    ensure_users(bootstrap_servers(context), context.credentials)


def probe(context: StackContext) -> None:
    """Send a message and read it at its offset. Raises NotReadyError."""
    from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

    quiet = {
        **client_configuration(bootstrap_servers(context), PIPELINE, context.credentials.kafka_password),
        "socket.timeout.ms": int(PROBE_SECONDS * 1000),
    }
    token = secrets.token_hex(8).encode() * 64  # what compression would make longer is sent as it is
    offsets: list[int] = []

    def delivered(error: object, message: object) -> None:
        if error is None:
            offsets.append(message.offset())  # type: ignore[attr-defined]  # the library has no types

    try:
        _ensure_topic(quiet)
        # Compressed as the pipeline's messages are: the broker needs a library for it, which it unpacks and runs.
        compressed = {"compression.type": "zstd", "acks": "all", "message.timeout.ms": int(PROBE_SECONDS * 1000)}
        producer = Producer(quiet | compressed)
        producer.produce(PROBE_NAME, token, on_delivery=delivered)
        producer.flush(PROBE_SECONDS)
        if not offsets:
            raise NotReadyError("Kafka: a message was not acknowledged")
        consumer = Consumer({**quiet, "group.id": PROBE_NAME, "enable.auto.commit": False})
        try:
            consumer.assign([TopicPartition(PROBE_NAME, 0, offsets[0])])
            deadline = time.monotonic() + PROBE_SECONDS
            while time.monotonic() < deadline:
                message = consumer.poll(0.2)
                if message is not None and message.error() is None and message.value() == token:
                    return
        finally:
            consumer.close()
    except KafkaException as error:
        raise NotReadyError(f"Kafka: {error.args[0]}") from error
    raise NotReadyError("Kafka: what was written is not what was read")


def _ensure_topic(quiet: ClientConfig) -> None:
    from confluent_kafka import KafkaError, KafkaException
    from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # its documented place

    admin = AdminClient(quiet)
    topics = admin.list_topics(timeout=PROBE_SECONDS).topics
    if PROBE_NAME in topics:
        return
    # An hour: these messages are not read later.
    topic = NewTopic(PROBE_NAME, num_partitions=1, replication_factor=1, config={"retention.ms": "3600000"})
    try:
        admin.create_topics([topic], request_timeout=PROBE_SECONDS)[PROBE_NAME].result(PROBE_SECONDS)
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise
