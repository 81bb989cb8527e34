"""A multipart form, in which clients send long statements and parameters (RFC 7578).

The body is split at its boundary, and only the few lines above each field are parsed. `email` would parse the fields
too, whatever they hold: forms in forms until Python's stack ends, and 200,000 fields for more than a minute.
"""

import email.parser
import re
from email.message import Message
from typing import Final

from .errors import Code, QueryError, refusal

_FIELDS: Final = 1000
"""A statement and its parameters: neither a person nor a client writes one with a thousand parameters."""

_HEAD_BYTES: Final = 2048
_BOUNDARY_BYTES: Final = 70  # RFC 2046, 5.1.1
_BOUNDARY_END: Final = re.compile(rb"[ \t]*\r\n")
_FORM_END: Final = re.compile(rb"--[ \t]*(?:\r\n|\Z)")


def read_form(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """The fields of a multipart form.

    Args:
        content_type: The request's Content-Type.
        body: The request's body.

    Returns:
        Name and value of each field, in their order.

    Raises:
        QueryError: 36 for a body that is no form or has too many fields, 48 for files in it (external tables).
    """
    head = Message()
    head["Content-Type"] = content_type
    boundary = head.get_boundary("").encode("ascii", "replace")
    if not 0 < len(boundary) <= _BOUNDARY_BYTES:
        raise _no_form()
    # One more than allowed: a split without a limit would make a list of the whole body.
    preamble, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary, _FIELDS + 2)
    if len(parts) > _FIELDS + 1:
        raise refusal(Code.BAD_ARGUMENTS, f"The form has more than {_FIELDS} fields")
    if preamble.strip() or not parts or not _FORM_END.match(parts[-1]):
        raise _no_form()
    return [_field(part) for part in parts[:-1]]


def _field(part: bytes) -> tuple[str, str]:
    start = _BOUNDARY_END.match(part)
    text, separator, value = part[start.end() if start else 0 :].partition(b"\r\n\r\n")
    if start is None or not separator or len(text) > _HEAD_BYTES:
        raise _no_form()
    head = email.parser.BytesHeaderParser().parsebytes(text)
    if head.get_content_maintype() == "multipart" or "content-transfer-encoding" in head:
        raise refusal(Code.BAD_ARGUMENTS, "A field of the form is a form itself, or encoded; send its plain text")
    if head.get_param("filename", header="content-disposition") is not None:
        raise refusal(Code.NOT_IMPLEMENTED, "External tables (files in a form) are not supported")
    name = head.get_param("name", header="content-disposition")
    if not isinstance(name, str) or not name.isascii():
        raise refusal(Code.BAD_ARGUMENTS, "A field of the form has no name, or one that is not ASCII")
    try:
        return name, value.decode()
    except UnicodeDecodeError:
        raise refusal(Code.BAD_ARGUMENTS, f"The form's field {name!r} is not UTF-8") from None


def _no_form() -> QueryError:
    return refusal(Code.BAD_ARGUMENTS, "The request's body is not the multipart form that its Content-Type says")
