"""The broker's properties in docker-compose.yml, given to a real Kafka: users by SCRAM, with and without TLS."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic
from pydantic import SecretStr
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from shop_assets.documents.kinds import KINDS
from shop_assets.settings import Settings
from shop_assets.topics.administration import Watermarks
from shop_assets.topics.errors import TopicsError
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.certificates import Certificates, make_certificates
from shop_assets_tests.full_stack.kafka_broker import TLS_LISTENER, broker, create_users
from shop_assets_tests.kafka_clients import send_messages

SERVICES = compose_file.services()
GIVEN = SERVICES["dagster-code"]["environment"]


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture(scope="module")
def addresses() -> dict[str, str]:
    names = ("kafka-1:9092", "kafka-1:9093", "kafka-2:9092", TLS_LISTENER)
    return {name: free_address() for name in names}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def _broker(
    addresses: dict[str, str], certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("kafka") / "kafka-1"
    with broker(SERVICES["kafka-1"], addresses, folder, certificates):
        create_users(SERVICES["kafka-setup"], addresses["kafka-1:9092"])
        yield


def resource(stack_settings: Settings, bootstrap: str, **more: object) -> KafkaResource:
    """The pipeline's own resource, with what compose gives it."""
    given = {
        "kafka_bootstrap_servers": bootstrap,
        "kafka_security_protocol": GIVEN["SHOP_KAFKA_SECURITY_PROTOCOL"],
        "kafka_sasl_mechanism": GIVEN["SHOP_KAFKA_SASL_MECHANISM"],
        "kafka_username": GIVEN["SHOP_KAFKA_USERNAME"],
        "kafka_password": SecretStr(GIVEN["SHOP_KAFKA_PASSWORD"]),
        "kafka_replication_factor": int(GIVEN["SHOP_KAFKA_REPLICATION_FACTOR"]),
    }
    return kafka_resource(stack_settings.model_copy(update=given | more))


def publish_and_read(kafka: KafkaResource, value: bytes) -> list[bytes | None]:
    asking = Retrying(
        retry=retry_if_exception_type((TopicsError, KafkaException)),
        wait=wait_fixed(0.5), stop=stop_after_delay(60), reraise=True,
    )  # fmt: skip
    topic = asking(kafka.ensure_topics)[KINDS[0].name]
    low = kafka.administration().watermarks([topic])
    send_messages(kafka, KINDS[0], {"value": value, "key": b"id", "partition": 0})
    high = kafka.administration().watermarks([topic])[topic.name, 0].high
    return [message.value() for message in kafka.read({(topic.name, 0): Watermarks(low[topic.name, 0].high, high)})]


@pytest.mark.usefixtures("_broker")
def test_the_broker_takes_composes_properties_and_the_pipeline_as_its_user(
    stack_settings: Settings, addresses: dict[str, str]
) -> None:
    kafka = resource(stack_settings, addresses["kafka-1:9092"])
    assert publish_and_read(kafka, "привет".encode()) == ["привет".encode()]


@pytest.mark.usefixtures("_broker")
def test_tls_with_an_authority_of_ones_own_is_a_matter_of_settings(
    stack_settings: Settings, addresses: dict[str, str], certificates: Certificates
) -> None:
    tls = {"kafka_security_protocol": "SASL_SSL", "kafka_ca_file": certificates.authority}
    kafka = resource(stack_settings, addresses[TLS_LISTENER], **tls)
    assert publish_and_read(kafka, b"over TLS") == [b"over TLS"]


@pytest.mark.usefixtures("_broker")
@pytest.mark.parametrize(
    "wrong",
    [
        {"kafka_password": SecretStr("wrong")},
        {"kafka_username": "nobody"},
        {"kafka_security_protocol": "PLAINTEXT"},
    ],
    ids=["password", "user", "no authentication"],
)
def test_nobody_else_is_let_in(
    stack_settings: Settings, addresses: dict[str, str], wrong: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop_assets.topics.administration.REQUEST_TIMEOUT_SECONDS", 2.0)
    kafka = resource(stack_settings, addresses["kafka-1:9092"], **wrong)
    with pytest.raises(TopicsError):
        kafka.administration().describe(["shop.stores"])


def jaas(user: str) -> dict[str, object]:
    """The settings of a user of kafka-setup."""
    return {
        "kafka_username": user,
        "kafka_password": SecretStr(SERVICES["kafka-setup"]["environment"][f"PASSWORD_OF_{user.upper()}"]),
    }


@pytest.mark.usefixtures("_broker")
@pytest.mark.parametrize("user", ["viewer", "notebooks"])
def test_the_ui_and_the_notebooks_read_and_change_nothing(
    stack_settings: Settings, addresses: dict[str, str], user: str
) -> None:
    topic = f"shop.{KINDS[0].name}"
    publish_and_read(resource(stack_settings, addresses["kafka-1:9092"]), b"1")
    kafka = resource(stack_settings, addresses["kafka-1:9092"], **jaas(user))
    admin = kafka.administration().client
    assert set(admin.list_topics(timeout=10).topics) == {f"shop.{kind.name}" for kind in KINDS}
    if user == "notebooks":  # the UI has a client of its own, without a group
        marks = kafka.administration().watermarks(kafka.administration().describe([topic]).values())
        assert b"1" in [message.value() for message in kafka.read(marks)]

    refusals: list[KafkaError] = []
    producer = kafka.producer(**{"enable.idempotence": False})
    producer.produce(topic, b"forged", on_delivery=lambda error, _: refusals.append(error))
    producer.flush(30)
    answers = (
        *admin.create_topics([NewTopic("shop.more", 1, 1)]).values(),
        *admin.delete_topics([topic]).values(),
        *admin.alter_configs([ConfigResource(ConfigResource.Type.TOPIC, topic, {"retention.ms": "1"})]).values(),
    )
    refusals += [answer.exception(20).args[0] for answer in answers]
    assert [refusal.code() for refusal in refusals] == [KafkaError.TOPIC_AUTHORIZATION_FAILED] * 4


@pytest.mark.usefixtures("_broker")
def test_a_second_setup_changes_a_password_and_leaves_the_rest(
    stack_settings: Settings, addresses: dict[str, str]
) -> None:
    setup = SERVICES["kafka-setup"]
    changed = setup["environment"] | {"PASSWORD_OF_NOTEBOOKS": "another"}
    create_users(setup | {"environment": changed}, addresses["kafka-1:9092"])
    more = jaas("notebooks") | {"kafka_password": SecretStr("another")}
    kafka = resource(stack_settings, addresses["kafka-1:9092"], **more)
    assert isinstance(kafka.administration().client, AdminClient)
    assert kafka.administration().describe(["shop.none"]) == {}
    create_users(setup, addresses["kafka-1:9092"])


def test_the_ui_and_the_notebooks_log_in_as_users_that_kafka_setup_creates() -> None:
    passwords = SERVICES["kafka-setup"]["environment"]
    ui = SERVICES["kafka-ui"]["environment"]["KAFKA_CLUSTERS_0_PROPERTIES_SASL_JAAS_CONFIG"]
    assert f'username="viewer" password="{passwords["PASSWORD_OF_VIEWER"]}"' in ui
    notebooks = SERVICES["jupyter"]["environment"]
    assert notebooks["SHOP_KAFKA_PASSWORD"] == passwords["PASSWORD_OF_NOTEBOOKS"]
    assert GIVEN["SHOP_KAFKA_PASSWORD"] == passwords["PASSWORD_OF_SHOP"]


@pytest.mark.slow
def test_a_second_broker_joins_by_the_profile_and_topics_get_a_second_replica(
    stack_settings: Settings, addresses: dict[str, str], tmp_path: Path
) -> None:
    own = {name: free_address() for name in addresses}
    with ExitStack() as brokers:
        for name in ("kafka-1", "kafka-2"):
            brokers.enter_context(broker(SERVICES[name], own, tmp_path / name))
        create_users(SERVICES["kafka-setup"], own["kafka-1:9092"])
        kafka = resource(stack_settings, own["kafka-1:9092"], kafka_replication_factor=2)
        assert publish_and_read(kafka, b"twice") == [b"twice"]
        metadata = kafka.administration().client.list_topics(timeout=10)
        assert set(metadata.brokers) == {1, 2}
        partitions = metadata.topics["shop.stores"].partitions.values()
        assert all(sorted(partition.replicas) == [1, 2] for partition in partitions)
