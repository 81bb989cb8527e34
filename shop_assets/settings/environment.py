"""The settings, read from `SHOP_` variables and from the embedded stack's file, and validated once, at the start.

The embedded stack writes its settings to `SHOP_HOME/stack.env`; a variable of the environment wins over that file.
"""

import difflib
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator

from shop_assets.language.translations import Language
from shop_assets.settings.check_limits import CheckLimits, PositiveCount
from shop_assets.settings.errors import SettingsError, StackDownError
from shop_assets.settings.folders import DEFAULT_HOME, STACK_ENV, home_folder
from shop_assets.settings.key_ring_sources import KeyRingSourceError, ring_of_command, ring_of_file
from shop_assets.settings.value_types import (
    VALIDATE_DEFAULT,
    BucketName,
    CronSchedule,
    ExistingFile,
    JavaHome,
    JavaMemory,
    KeyRingText,
    Name,
    Port,
    SaslPassword,
    SparkBucketName,
    SparkMaster,
    TimeZoneName,
    TopicPrefix,
    WebAddress,
    together_with,
)
from shop_assets.settings.variables import PREFIX, variable

DEFAULT_CLOCK_SLACK_SECONDS = 300
"""As much as Kerberos allows between two clocks."""


def usable_cores() -> int:
    """Count the cores that this process may use.

    Returns:
        At least 1.
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


KEY_RING_SOURCES = {"pii_keys_file": ring_of_file, "pii_keys_command": ring_of_command}


class BusinessSettings(CheckLimits):
    """Settings that concern no service: time zone, language, time of the report, check limits.

    Grafana's files depend only on these.
    """

    timezone: TimeZoneName = Field("UTC", description="IANA time zone that decides days, hours and weekdays.")
    language: Language | None = Field(
        None,
        description="The language of dashboards, alerts and the summary of a run; Russian, and the summary English, by "
        "default.",
    )
    report_schedule: CronSchedule = Field("0 10 * * *", description="When yesterday's report is made: cron, in UTC.")


class ReadingSettings(BusinessSettings):
    """Settings that decide how the values of documents are read."""

    source_timezone: TimeZoneName | None = Field(
        None, description="IANA time zone of times without an offset; the business time zone by default."
    )
    number_comma: Literal["unknown", "decimal", "thousands"] = Field(
        "unknown", description="What a lone comma before three digits is, as in 1,234; unknown: it is not read."
    )
    date_order: Literal["unknown", "day_first", "month_first"] = Field(
        "unknown", description="What stands first in 05/06/2024; unknown: it is not read."
    )
    clock_slack_seconds: int = Field(
        DEFAULT_CLOCK_SLACK_SECONDS, ge=0, le=86_400, description="How fast a clock may be before a date is future."
    )

    @property
    def local_timezone(self) -> str:
        """The time zone of times without an offset."""
        return self.source_timezone or self.timezone


class Settings(ReadingSettings):
    """All settings; the field `s3_endpoint` is the variable `SHOP_S3_ENDPOINT`, and so on."""

    # Folders on this machine
    home: Path = Field(DEFAULT_HOME, description="Data, logs and secrets of the embedded stack.")
    cache: Path | None = Field(None, description="Downloaded jars and Java; the user's cache folder by default.")

    # How the documents are read
    mapping: ExistingFile = Field(
        None, description="A file that maps your fields and values to the model's (docs/mapping.md)."
    )

    # Where the days begin
    first_day: date = Field(date(2024, 1, 1), description="The first daily partition of features and reports.")

    # Object storage
    s3_endpoint: str | None = Field(None, description="URL of an S3 gateway; none means AWS itself.")
    s3_region: Name = "us-east-1"
    s3_access_key: Name
    s3_secret_key: SecretStr
    s3_landing_bucket: BucketName = "landing"
    s3_features_bucket: SparkBucketName = "features"
    s3_reports_bucket: BucketName = "reports"

    # Document store
    mongo_uri: SecretStr = Field(description="mongodb://user:password@host:port/?…, a replica set.")
    mongo_database: Name = "shop"

    # Topics
    kafka_bootstrap_servers: Name
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password: SaslPassword = None
    kafka_ca_file: ExistingFile = None
    kafka_topic_prefix: TopicPrefix = Field("shop.", description="Prefix of topic names: shop.stores, …")
    kafka_partitions: PositiveCount = 3
    kafka_replication_factor: PositiveCount = 1
    kafka_retention_hours: PositiveCount = Field(
        24 * 30, description="Retention of a new topic: how long RAW may lag before it loses messages."
    )
    kafka_cleanup_policy: Literal["delete", "compact", "compact,delete"] = "delete"

    # Personal data
    pii_keys: KeyRingText = Field(description="id:base64[,id:base64…]: the first encrypts, all decrypt.")
    pii_keys_file: Path | None = Field(
        None,
        description="A file with the key ring, such as a Docker or Kubernetes secret; it counts before SHOP_PII_KEYS.",
    )
    pii_keys_command: str | None = Field(
        None,
        description="A command whose output is the key ring: of a key management service; it counts before "
        "SHOP_PII_KEYS.",
    )
    personal_ids: Literal["reject", "encrypt"] = Field(
        "reject",
        description="What is done about documents with an id that looks like a phone, an e-mail or a ciphertext.",
    )

    # Warehouse
    clickhouse_host: Name
    clickhouse_port: Port = 8123
    clickhouse_user: Name = "default"
    clickhouse_password: SecretStr
    clickhouse_secure: bool = Field(False, description="TLS to ClickHouse.")
    clickhouse_ca_file: ExistingFile = Field(None, description="PEM file of the CA that signed its certificate.")
    clickhouse_cluster: str | None = Field(
        None, description="Cluster on which replicated tables are created; none for a single server."
    )
    clickhouse_reader_user: str | None = Field(
        None,
        description="User who only reads, for dashboards, `shop query` and notebooks; `clickhouse_user` by default.",
    )
    clickhouse_reader_password: Annotated[
        SecretStr | None, together_with("clickhouse_reader_user"), VALIDATE_DEFAULT
    ] = None
    clickhouse_spark_user: str | None = Field(
        None, description="User with which Spark reads MART; the reader by default."
    )
    clickhouse_spark_password: Annotated[SecretStr | None, together_with("clickhouse_spark_user"), VALIDATE_DEFAULT] = (
        None
    )

    # Spark
    spark_master: SparkMaster = "local[2]"
    spark_jars: Path | None = Field(None, description="Folder with the JDBC driver and S3A; none when Spark has them.")
    java_home: JavaHome = Field(None, description="The Java of Spark's driver; JAVA_HOME or the PATH by default.")
    spark_driver_memory: JavaMemory = "1g"
    spark_read_partitions: PositiveCount = Field(4, description="Parallel JDBC reads of the MART.")
    spark_runs: PositiveCount = Field(1, description="How many runs with Spark the daemon executes at once.")

    # Runs
    workers: PositiveCount = Field(
        default_factory=usable_cores,
        description="Processes in which a run computes, each of some 100 MiB; the machine's cores by default.",
    )

    # Automation and notifications
    automation: bool = Field(False, description="Schedules and the landing sensor are on from the start.")
    ingest_schedule: CronSchedule = Field("0 6 * * *", description="When documents go to the MART: cron, in UTC.")
    dagster_url: WebAddress = Field(
        "http://127.0.0.1:3000", description="URL of the Dagster UI: for links, and a host that it accepts."
    )
    telegram_bot_token: SecretStr | None = None
    telegram_chat_id: Annotated[str | None, together_with("telegram_bot_token"), VALIDATE_DEFAULT] = None
    telegram_api_url: Name = "https://api.telegram.org"

    @model_validator(mode="before")
    @classmethod
    def _read_key_ring_source(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = {name: source for name, source in KEY_RING_SOURCES.items() if values.get(name)}
        if len(given) > 1:
            message = f"{' and '.join(map(variable, given))} are both set: which of them has the key ring?"
            raise ValueError(message)
        for name, source in given.items():
            try:
                return values | {"pii_keys": source(str(values[name]))}
            except KeyRingSourceError as error:
                message = f"{variable(name)} {error}"
                raise ValueError(message) from None
        return values

    @classmethod
    def load(cls) -> Self:
        """Read the settings of this process: the environment, then `stack.env` of the running embedded stack.

        Returns:
            The settings, all valid.

        Raises:
            StackDownError: The environment names no services, and no stack runs.
            SettingsError: Some are missing, unknown or invalid; the message lists all of them without quoting values.
        """
        refuse_unknown_settings()
        home = home_folder()
        try:
            return cls(_env_file=home / STACK_ENV)
        except ValidationError as error:
            raise _explained(error, home) from None

    @classmethod
    def refuse_invalid(cls) -> None:
        """Check what the environment sets, before a stack is started that sets the rest.

        `SHOP_PII_KEYS_COMMAND` is not run: a stack starts, and is examined, also while the key service is away.

        Raises:
            SettingsError: Some are unknown or invalid.
        """
        refuse_unknown_settings()
        try:
            cls(pii_keys_command=None)
        except ValidationError as error:
            if invalid := [line for field, line in _problems(error) if field is None]:
                raise SettingsError("\n".join(["Invalid settings:", *invalid])) from None


def environment_names_services() -> bool:
    """Find out whether the environment names a MongoDB, so that the embedded stack is left alone.

    Returns:
        Whether it does; what `shop env` exported does not count, and is removed before.
    """
    return bool(os.environ.get(variable("mongo_uri")))


def refuse_unknown_settings() -> None:
    """Check the names of this process's `SHOP_` variables.

    Raises:
        SettingsError: Some are no settings; the message suggests what may have been meant.
    """
    known = {variable(field) for field in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        lines = [f"  {name}{_suggestion(name, known)}" for name in unknown]
        raise SettingsError("Unknown settings in the environment:\n" + "\n".join(lines))


def _suggestion(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _problems(error: ValidationError) -> Iterator[tuple[str | None, str]]:
    """Each problem: the variable if it is missing, and a line about it. Values are not quoted: they may be secrets."""
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        message = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:  # it concerns several, and names them
            yield None, f"  {message}"
            continue
        name = variable(str(problem["loc"][0]))
        yield name if problem["type"] == "missing" else None, f"  {name}: {message}"


def _explained(error: ValidationError, home: Path) -> SettingsError:
    problems = list(_problems(error))
    missing = [name for name, _ in problems if name is not None]
    invalid = [line for name, line in problems if name is None]
    if invalid:
        return SettingsError("\n".join(["Invalid settings:", *invalid]))
    if (mode := variable("mongo_uri")) not in missing:
        return SettingsError(
            f"{mode} is set: this is the mode with services of your own, and it lacks {', '.join(missing)}. "
            f"Set these (docs/settings.md), or unset {mode} to use the embedded stack."
        )
    return StackDownError(home)
