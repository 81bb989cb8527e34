"""The types of settings: each refuses a value that would fail later, and says what is expected instead."""

import os
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo

from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.settings.variables import variable

PYTHONS_OWN_ZONES = frozenset({"Factory", "localtime", "posixrules"})
PYTHONS_OWN_FOLDERS = ("posix/", "right/")
"""Files that lie beside the IANA database: Java and ClickHouse do not know them, and `right/` counts leap seconds."""


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
    except ValueError:  # a port that is not a number
        is_valid = False
    if not is_valid:
        message = "expected an address such as https://dagster.example.org"
        raise ValueError(message)
    return url


def _key_ring(secret: SecretStr) -> SecretStr:
    parse_key_ring(secret.get_secret_value())
    return secret


VALIDATE_DEFAULT = Field(validate_default=True)
"""Has the default checked too, which pydantic leaves out."""


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


def together_with(field: str) -> AfterValidator:
    """Require that a setting is set if and only if an earlier one is; for use with `VALIDATE_DEFAULT`.

    Args:
        field: The other setting.

    Returns:
        What checks it.
    """

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
WebAddress = Annotated[str, AfterValidator(web_address)]
JavaHome = Annotated[Path | None, AfterValidator(_java_of_the_environment)]
SaslPassword = Annotated[SecretStr | None, AfterValidator(_sasl_needs_credentials), VALIDATE_DEFAULT]
