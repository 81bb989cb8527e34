"""The one user of the front, and the check of a request's user and password; the engine itself has no users."""

import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers

from .errors import Code, refusal


@dataclass(frozen=True)
class Credentials:
    """A user and a password, which is never shown."""

    user: str
    password: str = field(repr=False)

    def check(self, headers: Headers, parameters: Mapping[str, str]) -> None:
        """Raise QueryError 516 unless both are given, in X-ClickHouse-User and -Key, as basic auth, or in the URL."""
        user, password = _presented(headers, parameters)
        right_user = hmac.compare_digest(user.encode(), self.user.encode())
        right_password = hmac.compare_digest(password.encode(), self.password.encode())
        if not (right_user and right_password):
            raise refusal(
                Code.AUTHENTICATION_FAILED,
                "Authentication failed: password is incorrect, or there is no user with such name.",
            )


def _presented(headers: Headers, parameters: Mapping[str, str]) -> tuple[str, str]:
    if "x-clickhouse-user" in headers or "x-clickhouse-key" in headers:
        return headers.get("x-clickhouse-user", "default"), headers.get("x-clickhouse-key", "")
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if not scheme:
        return parameters.get("user", "default"), parameters.get("password", "")
    try:
        user, _, password = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (Base64Error, UnicodeDecodeError):
        return "", ""
    return (user, password) if scheme.lower() == "basic" else ("", "")
