"""The stack in its ordinary life: ready when it says so, closed to others, and no secret where others can read it."""

import stat
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from threading import Timer

import psutil
import pytest
from botocore.exceptions import ClientError
from clickhouse_connect.driver.exceptions import DatabaseError
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    NewTopic,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from rich.console import Console

from shop_assets.embedded import ports
from shop_assets.embedded.credentials import Credentials
from shop_assets.embedded.home import Home
from shop_assets.embedded.services import s3 as s3_service
from shop_assets.embedded.services.all_services import SERVICES
from shop_assets.embedded.services.kafka_users import ADMINISTRATOR
from shop_assets.embedded.stack import Stack
from shop_assets.embedded.supervision.stack_processes import stack_processes
from shop_assets.embedded.supervision.status import stack_status
from shop_assets.embedded.supervision.supervisor import PORT, Supervisor
from shop_assets.embedded.supervision.supervisor_config import MARKER, config_file, supervisor_environment
from shop_assets.settings import Settings
from shop_assets.topics.resource import kafka_resource
from shop_assets_tests import kafka_clients
from shop_assets_tests.embedded.acknowledged import clickhouse, s3

LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


@pytest.fixture
def home(stack_settings: Settings) -> Home:
    return Home(stack_settings.home)


def test_all_services_run_and_are_ready(home: Home):
    services = stack_status(home)
    assert [service.name for service in services] == [module.NAME for module in SERVICES]
    for service in services:
        assert service.ready
        assert service.pid in {process.pid for process in stack_processes(home.root)}
        assert service.memory_bytes is not None
        assert service.memory_bytes > 10 * 2**20


def test_a_service_has_its_own_environment_besides_that_of_the_stack(home: Home):
    (process,) = [process for process in stack_processes(home.root) if "mini" in process.cmdline()]
    environment = process.environ()
    assert environment["GOGC"] == s3_service.GARBAGE_PERCENT
    assert environment[MARKER] == str(home.root)
    assert environment["PATH"]


def test_the_environment_of_a_person_cannot_reopen_seaweedfs(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WEED_JWT_FILER_SIGNING_KEY", "")  # would win over security.toml
    assert not [name for name in supervisor_environment(home, ()) if name.startswith("WEED_")]


def test_the_settings_name_absolute_folders_that_exist(stack_settings: Settings):
    for folder in (stack_settings.home, stack_settings.spark_jars, stack_settings.java_home):
        assert folder is not None
        assert folder.is_absolute()
        assert folder.is_dir()


def test_up_on_a_running_stack_keeps_its_processes_and_is_fast(home: Home):
    before = {process.pid for process in stack_processes(home.root)}
    began = time.monotonic()
    Stack(home, Console(stderr=True)).up()
    assert time.monotonic() - began < 15
    assert {process.pid for process in stack_processes(home.root)} == before


@pytest.mark.slow
def test_up_waits_for_a_supervisor_that_is_shutting_down_and_starts_everything_again(tmp_path: Path):
    home = Home(tmp_path / "home")
    stack = Stack(home, Console(stderr=True))
    stack.up()
    try:
        credentials = Credentials.load(home.credentials)
        ending = Supervisor(home, ports.load_ports(home.ports)[PORT], credentials.supervisor_password)
        (kafka,) = [process for process in stack_processes(home.root) if "kafka.Kafka" in process.cmdline()]
        kafka.suspend()  # it cannot end at once
        ending._call("shutdown")
        assert ending.is_alive()
        assert not ending.is_usable()
        assert {service.state for service in stack_status(home)} == {"STOPPED"}
        Timer(3, kafka.resume).start()

        settings = stack.up()

        assert settings["SHOP_HOME"] == str(home.root)
        assert all(service.ready for service in stack_status(home))
        assert not kafka.is_running()
    finally:
        stack.down(delete_data=True)


def test_everything_listens_on_loopback_only_and_on_ports_of_the_stack(home: Home):
    allotted = set(ports.load_ports(home.ports).values())
    listening = [
        (process.name(), connection.laddr)
        for process in stack_processes(home.root)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= len(allotted)
    assert [entry for entry in listening if entry[1].ip not in LOOPBACK] == []
    assert [entry for entry in listening if entry[1].port not in allotted] == []


def test_no_secret_is_in_a_command_line(home: Home):
    secrets = set(asdict(Credentials.load(home.credentials)).values())
    for process in stack_processes(home.root):
        command = " ".join(process.cmdline())
        assert not [secret for secret in secrets if secret in command]


def test_files_with_secrets_are_for_their_owner_only(home: Home):
    for file in (home.credentials, home.stack_env, config_file(home)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700


def test_logs_hold_no_secret(home: Home):
    secrets = set(asdict(Credentials.load(home.credentials)).values())
    for log in home.logs.glob("*.log"):
        text = log.read_text(errors="replace")
        # The access key is a user's name, which the gateway logs; the secret key is not.
        leaked = [name for name in secrets if name in text]
        assert set(leaked) <= {Credentials.load(home.credentials).s3_access_key, _cluster_id(home)}


def _cluster_id(home: Home) -> str:
    return Credentials.load(home.credentials).kafka_cluster_id


@pytest.mark.parametrize(
    ("access_key", "secret_key"),
    [(None, "wrong"), ("UNKNOWN", None), ("UNKNOWN", "wrong")],
)
def test_s3_refuses_wrong_keys(stack_settings: Settings, access_key: str | None, secret_key: str | None):
    with pytest.raises(ClientError) as refused:
        s3(stack_settings, access_key, secret_key).list_buckets()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_s3_refuses_a_reader_without_keys(stack_settings: Settings):
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    client = boto3.client(
        "s3",
        endpoint_url=stack_settings.s3_endpoint,
        region_name="us-east-1",
        config=Config(signature_version=UNSIGNED),
    )
    with pytest.raises(ClientError) as refused:
        client.get_object(Bucket="stack-readiness", Key="probe")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_s3_makes_no_bucket_by_itself(stack_settings: Settings):
    with pytest.raises(ClientError) as refused:
        s3(stack_settings).put_object(Bucket="misspelt", Key="x", Body=b"")
    assert refused.value.response["Error"]["Code"] == "NoSuchBucket"


@pytest.mark.parametrize("password", ["wrong", ""])
def test_clickhouse_refuses_wrong_passwords(stack_settings: Settings, password: str):
    with pytest.raises(DatabaseError, match=r"516|AUTHENTICATION_FAILED"), clickhouse(stack_settings, password):
        pass


WRONG_USERS = {
    "nothing": {"security.protocol": "PLAINTEXT"},
    "no such user": {"sasl.username": "nobody"},
    "wrong password": {"sasl.password": "wrong"},
    "the administrator's name": {"sasl.username": ADMINISTRATOR, "sasl.mechanism": "PLAIN"},
}


@pytest.mark.parametrize("change", WRONG_USERS.values(), ids=WRONG_USERS.keys())
def test_kafka_shows_a_stranger_nothing(stack_settings: Settings, change: dict[str, str]):
    with pytest.raises(KafkaException):
        AdminClient(kafka_clients.as_pipeline(stack_settings) | change).list_topics(timeout=1)


def test_kafkas_reader_reads_and_changes_nothing(settings: Settings):
    name = f"{settings.kafka_topic_prefix}stores"
    pipeline = kafka_resource(settings)
    pipeline.ensure_topics()
    producer = pipeline.producer()
    producer.produce(name, b"1", partition=0)
    assert producer.flush(20) == 0

    reader = kafka_clients.as_reader(settings)
    consumer = Consumer({**reader, "group.id": "reader.test"})
    consumer.assign([TopicPartition(name, 0, 0)])
    message = consumer.poll(20)
    consumer.close()
    assert message is not None
    assert message.value() == b"1"

    refusals: list[KafkaError] = []
    producer = Producer(reader)
    producer.produce(name, b"2", on_delivery=lambda error, _: refusals.append(error))
    producer.flush(20)
    admin = AdminClient(reader)
    answers = (
        *admin.create_topics([NewTopic(f"{name}-more", 1, 1)]).values(),
        *admin.delete_topics([name]).values(),
        *admin.delete_records([TopicPartition(name, 0, 1)]).values(),
    )
    refusals += [answer.exception(20).args[0] for answer in answers]
    assert [refusal.code() for refusal in refusals] == [KafkaError.TOPIC_AUTHORIZATION_FAILED] * 4


def test_the_pipeline_cannot_delete_topics_or_manage_users(settings: Settings):
    kafka_resource(settings).ensure_topics()
    admin = AdminClient(kafka_clients.as_pipeline(settings))
    name = f"{settings.kafka_topic_prefix}stores"
    deletion = admin.delete_topics([name])[name].exception(20)
    assert deletion.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
    user = UserScramCredentialUpsertion("shop", ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), b"mine")
    change = admin.alter_user_scram_credentials([user])["shop"].exception(20)
    assert change.args[0].code() == KafkaError.CLUSTER_AUTHORIZATION_FAILED


def test_the_unix_sockets_of_seaweedfs_are_for_their_owner_only(home: Home):
    known = ports.load_ports(home.ports)
    sockets = [Path(f"/tmp/seaweedfs-{part}-{known[port]}.sock") for part, port in s3_service.SOCKETS]
    assert [file for file in sockets if stat.S_IMODE(file.stat().st_mode) & 0o077] == []


@pytest.mark.parametrize(
    "change",
    [
        lambda uri: uri.replace(uri[uri.index("//shop:") + 7 : uri.index("@")], "wrong"),
        lambda uri: uri.replace(uri[uri.index("//") + 2 : uri.index("@") + 1], ""),
    ],
    ids=["wrong password", "no credentials"],
)
def test_mongodb_refuses_strangers(stack_settings: Settings, change: Callable[[str], str]):
    uri = change(stack_settings.mongo_uri.get_secret_value())
    with MongoClient(uri) as client, pytest.raises(OperationFailure) as refused:
        client["shop"]["stores"].insert_one({"_id": "x"})
    assert refused.value.code in {13, 18}
