"""The settings, read from `SHOP_` variables and from the embedded stack's file, and validated once, at the start.

The embedded stack writes its settings to `SHOP_HOME/stack.env`; a variable of the environment wins over that file.
"""

import difflib
import errno
import os
import re
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, model_validator

from shop_assets.errors import InputError
from shop_assets.language.translations import Language
from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.settings.check_limits import PREFIX, CheckLimits, PositiveCount
from shop_assets.settings.key_ring_sources import KeyRingSourceError, ring_of_command, ring_of_file

DEFAULT_HOME = Path(".shop")
STACK_ENV = "stack.env"
EXPLANATIONS = "explain"
"""The folder in SHOP_HOME with the pages of customers that `shop dashboard --explain` writes."""

SPARK_SCRATCH = "spark"
"""The folder in SHOP_HOME for temporary files of Spark's Java, where programs may not run from the usual folder."""

DEFAULT_CLOCK_SLACK_SECONDS = 300
"""As much as Kerberos allows between two clocks."""


PYTHONS_OWN_ZONES = frozenset({"Factory", "localtime", "posixrules"})
PYTHONS_OWN_FOLDERS = ("posix/", "right/")
"""Files that lie beside the IANA database: Java and ClickHouse do not know them, and `right/` counts leap seconds."""


class SettingsError(InputError):
    """A setting is missing, unknown or invalid; the message names each of them and says what to do."""


class StackDownError(SettingsError):
    """The environment names no services, and the embedded stack is down."""

    exit_code = 1

    def __init__(self, home: Path) -> None:
        """Say so, and what to do.

        Args:
            home: The folder of the stack.
        """
        super().__init__(f"No stack runs in {home}: start one with `shop up`.")


def usable_cores() -> int:
    """Count the cores that this process may use.

    Returns:
        At least 1.
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _time_zone(name: str) -> str:
    try:
        if name in PYTHONS_OWN_ZONES or name.startswith(PYTHONS_OWN_FOLDERS):
            raise ValueError(name)  # noqa: TRY301  # the same message
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of zones, or a very long name
        message = f"no such time zone: {name[:50]!r} (expected a name of the IANA database, such as Europe/Moscow)"
        raise ValueError(message) from error
    return name


def is_time_zone(name: str) -> bool:
    """Find out whether a setting can be this time zone.

    Args:
        name: The name of the zone.

    Returns:
        False for a zone that Python does not know, or that it alone knows.
    """
    try:
        return bool(_time_zone(name))
    except ValueError:
        return False


def _form(pattern: str, expected: str) -> AfterValidator:
    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            message = f"expected {expected}"
            raise ValueError(message)
        return text

    return AfterValidator(check)


def web_address(url: str) -> str:
    """Check the address of a web page.

    Args:
        url: The address.

    Returns:
        The same.

    Raises:
        ValueError: It has no scheme `http` or `https`, or no host in ASCII letters: browsers send `xn--…` for others.
    """
    try:
        parts = urlsplit(url)
        has_host = re.fullmatch(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", parts.hostname or "") is not None
        is_valid = parts.scheme in {"http", "https"} and has_host and parts.port != 0
    except ValueError:  # a port that is no number
        is_valid = False
    if not is_valid:
        message = "expected an address such as https://dagster.example.org"
        raise ValueError(message)
    return url


def _key_ring(secret: SecretStr) -> SecretStr:
    parse_key_ring(secret.get_secret_value())
    return secret


WHEN_UNSET_TOO = Field(validate_default=True)


def _file(path: Path | None) -> Path | None:
    if path is None:
        return None
    expanded = os.path.expanduser(path)  # noqa: PTH111  # it raises no error
    if os.path.isfile(expanded):  # noqa: PTH113  # as above
        return Path(expanded)
    message = f"{path} is not a file"
    raise ValueError(message)


def _java_of_the_environment(folder: Path | None) -> Path | None:
    """The Java in `stack.env` may have moved: `shop up` finds another one, and only Spark needs to wait for that."""
    if folder is None or folder != Path(os.environ.get(variable("java_home"), "")):
        return folder
    if os.path.isfile(folder / "bin" / "java"):  # noqa: PTH113  # as above
        return folder
    message = f"{folder} has no bin/java"
    raise ValueError(message)


def _together_with(field: str) -> AfterValidator:
    def check(value: Any, given: ValidationInfo) -> Any:
        if bool(given.data.get(field)) != bool(value):
            message = f"must be set together with {variable(field)}"
            raise ValueError(message)
        return value

    return AfterValidator(check)


def _sasl_needs_credentials(password: SecretStr | None, given: ValidationInfo) -> SecretStr | None:
    protocol = str(given.data.get("kafka_security_protocol", ""))
    if protocol.startswith("SASL") and not (given.data.get("kafka_username") and password):
        message = f"{protocol} requires {variable('kafka_username')} and {variable('kafka_password')}"
        raise ValueError(message)
    return password


KEY_RING_SOURCES = {"pii_keys_file": ring_of_file, "pii_keys_command": ring_of_command}

TimeZoneName = Annotated[str, AfterValidator(_time_zone)]
KeyRingText = Annotated[SecretStr, AfterValidator(_key_ring)]
Name = Annotated[str, Field(min_length=1)]
Port = Annotated[int, Field(ge=1, le=65535)]
BucketName = Annotated[str, _form(r"[A-Za-z0-9][A-Za-z0-9._-]{2,254}", "letters, digits, dots and hyphens, 3 or more")]
HOST_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
"""S3A takes the bucket for the host of a URI, and Java finds none in `my_bucket`, `shop.2026` or `bucket-`."""

SparkBucketName = Annotated[
    str,
    _form(
        rf"(?=.{{3,255}}$)(({HOST_LABEL}\.)+(?=[A-Za-z]))?{HOST_LABEL}",
        "letters, digits and inner hyphens, 3 or more, as in a host's name; of several parts between dots the last "
        "begins with a letter",
    ),
]
TopicPrefix = Annotated[str, _form(r"[A-Za-z0-9._-]{0,200}", "letters, digits, dots, hyphens and underscores")]
SparkMaster = Annotated[
    str,
    _form(
        r"local(\[(\*|[1-9]\d*)(\s*,\s*\d+)?\])?|local-cluster\[[\d,\s]+\]|yarn|spark://\S+:\d+\S*|k8s://\S+",
        "local[2], spark://host:7077, k8s://… or yarn",
    ),
]
JavaMemory = Annotated[str, _form(r"[1-9][0-9]*[kKmMgGtT]|[1-9][0-9]{8,}", "a size such as 512m or 2g")]
ExistingFile = Annotated[Path | None, AfterValidator(_file)]
CronSchedule = Annotated[str, Field(pattern=r"^\S+( +\S+){4}$")]


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
    kafka_password: Annotated[SecretStr | None, AfterValidator(_sasl_needs_credentials), WHEN_UNSET_TOO] = None
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
        SecretStr | None, _together_with("clickhouse_reader_user"), WHEN_UNSET_TOO
    ] = None
    clickhouse_spark_user: str | None = Field(
        None, description="User with which Spark reads MART; the reader by default."
    )
    clickhouse_spark_password: Annotated[SecretStr | None, _together_with("clickhouse_spark_user"), WHEN_UNSET_TOO] = (
        None
    )

    # Spark
    spark_master: SparkMaster = "local[2]"
    spark_jars: Path | None = Field(None, description="Folder with the JDBC driver and S3A; none when Spark has them.")
    java_home: Annotated[Path | None, AfterValidator(_java_of_the_environment)] = Field(
        None, description="The Java of Spark's driver; JAVA_HOME or the PATH by default."
    )
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
    dagster_url: Annotated[str, AfterValidator(web_address)] = Field(
        "http://127.0.0.1:3000", description="URL of the Dagster UI: for links, and a host that it accepts."
    )
    telegram_bot_token: SecretStr | None = None
    telegram_chat_id: Annotated[str | None, _together_with("telegram_bot_token"), WHEN_UNSET_TOO] = None
    telegram_api_url: Name = "https://api.telegram.org"

    @model_validator(mode="before")
    @classmethod
    def _the_key_ring_may_come_from_elsewhere(cls, values: dict[str, Any]) -> dict[str, Any]:
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


def home_folder() -> Path:
    """Find the folder of the embedded stack, `SHOP_HOME`.

    Returns:
        The folder, which may not exist.

    Raises:
        SettingsError: It belongs to an unknown user, this account may not read it, it is no folder, or it is relative
            to a working directory that was deleted.
    """
    folder = folder_of(os.environ.get(variable("home")) or str(DEFAULT_HOME), variable("home"))
    existing = next(path for path in (folder, *folder.parents) if os.path.exists(path))  # noqa: PTH110  # no error
    if not os.path.isdir(existing):  # noqa: PTH112  # as above
        raise SettingsError(f"{variable('home')} is {folder}, and {existing} is not a folder: name another one.")
    if not _may_be_read(folder):
        raise SettingsError(
            f"{folder} belongs to another account, and this one may not use it: run the command as that account, or "
            f"set {variable('home')} to a folder of yours."
        )
    return folder


def _may_be_read(folder: Path) -> bool:
    """Whether this account may use what is there. Who writes there says whether it may: a disk can be read-only."""
    try:
        if not stat.S_ISDIR(folder.stat().st_mode):
            return True
        if os.access(folder, os.R_OK | os.X_OK):
            return not (folder / STACK_ENV).exists() or os.access(folder / STACK_ENV, os.R_OK)
    except PermissionError:  # a folder above it may not be searched
        return False
    except OSError:  # it is not there
        return True
    return False


def folder_of(path: str, name: str) -> Path:
    """Make a folder that a setting names absolute.

    Args:
        path: As it was given, with `~` perhaps.
        name: The variable, for the error.

    Returns:
        The folder, without symbolic links.

    Raises:
        SettingsError: It belongs to an unknown user, is relative to a working directory that was deleted, or its
            symbolic links go in a circle.
    """
    try:
        expanded = Path(path).expanduser()
    except RuntimeError:
        raise SettingsError(f"{name} is {path}: this machine knows no such home folder. Name another one.") from None
    if _is_circle(expanded):
        raise SettingsError(f"{name} is {path}: its symbolic links go in a circle. Name another folder.")
    try:
        return expanded.resolve()
    except FileNotFoundError:
        raise SettingsError(f"The working directory was deleted, and {name} is relative to it: cd elsewhere.") from None


def _is_circle(path: Path) -> bool:
    try:
        path.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def environment_names_services() -> bool:
    """Find out whether the environment names a MongoDB, so that the embedded stack is left alone.

    Returns:
        Whether it does; what `shop env` exported does not count, and is removed before.
    """
    return bool(os.environ.get(variable("mongo_uri")))


def variable(field: str) -> str:
    """Name the environment variable of a setting.

    Args:
        field: The field of `Settings`, for example `s3_endpoint`.

    Returns:
        For example `SHOP_S3_ENDPOINT`.
    """
    return f"{PREFIX}{field.upper()}"


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
