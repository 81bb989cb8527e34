"""Kafka's users and what each may do, created by the administrator while the broker runs.

Not by `kafka-storage format --add-scram`: that works at the first start only, and needs the passwords on a command
line, which everyone on the machine can read.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from shop_assets.embedded.credentials import USER, Credentials
from shop_assets.embedded.errors import NotReadyError
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its documented place
        AclBinding,
        UserScramCredentialAlteration,
    )

ADMINISTRATOR: Final = "stack"
PIPELINE: Final = USER
READER: Final = "reader"
PROTOCOL: Final = "SASL_PLAINTEXT"
MECHANISM: Final = "SCRAM-SHA-512"
# The least that Kafka accepts. Iterations slow down guessing, which is hopeless against 24 random bytes.
ITERATIONS: Final = 4096
REQUEST_SECONDS: Final = 4.0

# Who may do what: resource, its name, how the name is compared, operations. Topics have any name, because their prefix
# is a setting. Nobody but the administrator may delete a topic. READ on a group is the right to commit its offsets.
RIGHTS: Final = {
    PIPELINE: (
        ("TOPIC", "*", "LITERAL", ("READ", "WRITE", "CREATE", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS")),
        ("GROUP", "*", "LITERAL", ("READ", "DESCRIBE")),
    ),
    READER: (
        ("TOPIC", "*", "LITERAL", ("READ", "DESCRIBE", "DESCRIBE_CONFIGS")),
        ("GROUP", "*", "LITERAL", ("DESCRIBE",)),
        ("GROUP", READER, "PREFIXED", ("READ",)),
    ),
}

ClientConfig = dict[str, str | int | float | bool]


def client_configuration(servers: str, user: str, password: str) -> ClientConfig:
    """What librdkafka needs to log in as one of the SCRAM users, silently."""
    return {
        "bootstrap.servers": servers,
        "security.protocol": PROTOCOL,
        "sasl.mechanism": MECHANISM,
        "sasl.username": user,
        "sasl.password": password,
        "log_level": 0,
    }


def administrator_configuration(servers: str, credentials: Credentials) -> ClientConfig:
    """What librdkafka needs to log in as the administrator, who may do everything."""
    configuration = client_configuration(servers, ADMINISTRATOR, credentials.kafka_administrator_password)
    return {**configuration, "sasl.mechanism": "PLAIN"}


def as_administrator(settings: Settings, credentials: Credentials) -> Settings:
    """The settings of a stack with Kafka's administrator as the user.

    Args:
        settings: The stack's settings.
        credentials: The stack's credentials.

    Returns:
        Settings with which topics may be deleted.
    """
    return settings.model_copy(
        update={
            "kafka_sasl_mechanism": "PLAIN",
            "kafka_username": ADMINISTRATOR,
            "kafka_password": SecretStr(credentials.kafka_administrator_password),
        }
    )


def ensure_users(servers: str, credentials: Credentials) -> None:
    """Create the users with the passwords of the credentials' file, and give them their rights.

    Existing users get these passwords, so that the file is always right.

    Raises:
        NotReadyError: The broker does not respond yet.
    """
    from confluent_kafka import KafkaException
    from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its documented place
        AdminClient,
        ScramCredentialInfo,
        ScramMechanism,
        UserScramCredentialUpsertion,
    )

    how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    passwords = {PIPELINE: credentials.kafka_password, READER: credentials.kafka_reader_password}
    users: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(user, how, password.encode()) for user, password in passwords.items()
    ]
    admin = AdminClient(administrator_configuration(servers, credentials))
    try:
        answers = admin.alter_user_scram_credentials(users, request_timeout=REQUEST_SECONDS)
        for answer in (
            *answers.values(),
            *admin.create_acls(list(_rights()), request_timeout=REQUEST_SECONDS).values(),
        ):
            answer.result()
    except KafkaException as error:
        raise NotReadyError(f"Kafka's users: {error.args[0]}") from error


def _rights() -> "Iterable[AclBinding]":
    from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its documented place
        AclBinding,
        AclOperation,
        AclPermissionType,
        ResourcePatternType,
        ResourceType,
    )

    for user, rights in RIGHTS.items():
        for resource, name, pattern, operations in rights:
            for operation in operations:
                yield AclBinding(
                    ResourceType[resource], name, ResourcePatternType[pattern], f"User:{user}", "*",
                    AclOperation[operation], AclPermissionType.ALLOW,
                )  # fmt: skip
