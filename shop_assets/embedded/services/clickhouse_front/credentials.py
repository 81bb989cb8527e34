"""The users of the front, and the check of a request's user and password; the engine itself has no users."""

import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers

from .errors import Code, refusal


@dataclass(frozen=True)
class Account:
    """A user, a password, which is never shown, and what the user may do.

    Attributes:
        databases: The databases that the user may read, the default one first; None: the user may do everything.
    """

    user: str
    password: str = field(repr=False)
    databases: tuple[str, ...] | None = None

    def is_presented(self, user: str, password: str) -> bool:
        """Whether these are its name and its password; takes the same time in any case."""
        right_user = hmac.compare_digest(user.encode(), self.user.encode())
        right_password = hmac.compare_digest(password.encode(), self.password.encode())
        return right_user and right_password


@dataclass(frozen=True)
class Credentials:
    """The accounts of all users."""

    accounts: tuple[Account, ...]

    def account(self, headers: Headers, parameters: Mapping[str, str]) -> Account:
        """The account of a request: user and password in X-ClickHouse-User and -Key, as basic auth, or in the URL.

        Raises QueryError 516 for any others, and for none.
        """
        user, password = _presented(headers, parameters)
        # All accounts are compared: how long it takes must not show which user exists.
        for account in [account for account in self.accounts if account.is_presented(user, password)]:
            return account
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
