"""Errors as ClickHouse reports them: a numeric code, a text, and the HTTP status of the code."""

import re
from enum import IntEnum
from typing import Final


class Code(IntEnum):
    """The engine's codes that the front itself raises, by the engine's names."""

    BAD_ARGUMENTS = 36
    NOT_IMPLEMENTED = 48
    SYNTAX_ERROR = 62
    UNKNOWN_SETTING = 115
    INCORRECT_DATA = 117
    READONLY = 164
    TOO_MANY_BYTES = 307
    ACCESS_DENIED = 497
    AUTHENTICATION_FAILED = 516
    UNKNOWN_EXCEPTION = 1002


_CODE: Final = re.compile(r"Code: (\d+)\. ")

# A ClickHouse server's own choice (exceptionCodeToHTTPStatus.cpp in its sources); every other code is 500.
_CODES_OF_STATUS: Final = {
    400: (6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676),
    401: (194,),
    403: (192, 193, 497, 512, 516),
    404: (46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511),
    408: (159,),
    411: (381,),
    413: (229,),
    415: (779,),
    501: (48,),
    503: (76, 209, 439),
}
_STATUS_OF_CODE: Final = {code: status for status, codes in _CODES_OF_STATUS.items() for code in codes}


class QueryError(Exception):
    """A request that failed, by its sender's fault or the engine's; `str()` is the text that the client gets.

    The text may quote rows of the request, so it goes to the client and never to a log.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code; 500 for the codes without one of their own."""
        return _STATUS_OF_CODE.get(self.code, 500)


def refusal(code: Code, reason: str) -> QueryError:
    """An error of the front itself, in the form of the engine's errors."""
    return QueryError(int(code), f"Code: {int(code)}. DB::Exception: {reason} ({code.name})")


def from_engine(error: RuntimeError) -> QueryError:
    """The engine's exception with its code; 1002 when the engine gave none."""
    text = str(error)
    found = _CODE.search(text)
    if found is None:
        return refusal(Code.UNKNOWN_EXCEPTION, text)
    return QueryError(int(found.group(1)), text[found.start() :])


def unknown_statement() -> QueryError:
    """The refusal of a statement of which it is not known that it only reads tables."""
    return denied(
        "other statements than SELECT, SHOW TABLES, COLUMNS, INDEXES and CREATE TABLE, EXISTS, DESCRIBE and EXPLAIN; "
        "for the rest, select from system.tables, system.functions or system.databases"
    )


def written() -> QueryError:
    """The refusal of a statement that writes, in a request that may only read."""
    return refusal(Code.READONLY, "Cannot execute query in readonly mode, that is, as a read-only user or by GET")


def denied(what: str) -> QueryError:
    """The refusal of something that a request may not do because it may only read."""
    reason = f"Not enough privileges: a read-only user, or a request by GET, may not use {what}"
    return refusal(Code.ACCESS_DENIED, reason)
