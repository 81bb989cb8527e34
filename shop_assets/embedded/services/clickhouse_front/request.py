"""One request to run a statement: its settings, parameters and formats.

This is the spelling of ClickHouse's HTTP interface: URL parameters, headers, forms. Credentials are checked in
`credentials.py`, statements run in `execution.py`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers

from .credentials import Account
from .errors import Code, refusal
from .reader_settings import reader_settings

# These parameters concern the transport, not the statement; every other one in a URL is a setting. Sessions are not
# kept: each request has its own, which is right for all that the shop does (temporary tables would be missed at once).
_TRANSPORT: Final = frozenset(
    {
        *("query", "default_format", "database", "query_id", "user", "password", "quota_key", "role"),
        *("session_id", "session_timeout", "session_check", "close_session"),
        *(
            "compress",
            "decompress",
            "enable_http_compression",
            "http_zlib_compression_level",
            "client_protocol_version",
        ),
        *("wait_end_of_query", "buffer_size", "cancel_http_readonly_queries_on_client_close", "stacktrace"),
        *("send_progress_in_http_headers", "http_headers_progress_interval_ms", "add_http_cors_header"),
        "http_write_exception_in_output_format",
    }
)
_REFUSED_WHEN_ON: Final = {
    "role": "The embedded engine has no roles",
}
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REVISION_DIGITS: Final = 9
_OFF: Final = frozenset({"", "0", "false"})


@dataclass(frozen=True)
class Request:
    """What a request specifies, apart from the text in its body; `settings` holds `param_x` too."""

    sql: str
    settings: Mapping[str, str]
    database: str
    default_format: str
    accept_encoding: str
    framing: str
    """The method of ClickHouse's own compression of the response (`compress=1`); "" for none."""

    protocol_revision: int
    """The revision of the native protocol by which the client reads Native; 0 for none."""

    may_write: bool
    readable: tuple[str, ...] | None
    """The databases that it may read, the default one first; None: all."""


def read_request(pairs: Iterable[tuple[str, str]], headers: Headers, account: Account, *, is_post: bool) -> Request:
    """The request in the parameters (of URL and form) and headers. Without POST it may only read, whoever sends it.

    Raises QueryError: 48 for what is not supported, 115 for a parameter that cannot be a setting, 164 for a setting
    that a request may not change if it may only read.
    """
    parameters = dict(pairs)
    for name, reason in _REFUSED_WHEN_ON.items():
        if is_on(parameters, name):
            raise refusal(Code.NOT_IMPLEMENTED, reason)
    settings = {name: value for name, value in parameters.items() if name not in _TRANSPORT}
    for name in settings:
        if not _NAME.fullmatch(name):
            raise refusal(Code.UNKNOWN_SETTING, f"Not the name of a setting: {name!r}")
    may_write = is_post and account.databases is None
    compressed = is_on(parameters, "enable_http_compression")
    method = parameters.get("network_compression_method") or "LZ4"
    return Request(
        sql=parameters.get("query", ""),
        settings=settings if may_write else reader_settings(settings),
        database=headers.get("x-clickhouse-database") or parameters.get("database", ""),
        default_format=headers.get("x-clickhouse-format") or parameters.get("default_format", ""),
        accept_encoding=headers.get("accept-encoding", "") if compressed else "",
        framing=method if is_on(parameters, "compress") else "",
        protocol_revision=_revision(parameters.get("client_protocol_version", "")),
        may_write=may_write,
        readable=account.databases,
    )


def is_on(parameters: Mapping[str, str], name: str) -> bool:
    """Whether a parameter of the URL is there, and neither 0 nor false."""
    return parameters.get(name, "").lower() not in _OFF


def _revision(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= _REVISION_DIGITS):
        raise refusal(Code.BAD_ARGUMENTS, "client_protocol_version is not the number of a revision")
    return int(text)
