"""From the text of one document to a Python dict, or to the reason why it is not one.

Stricter than `json.loads` where its leniency would change a document: NaN and infinities, numbers that a float cannot
hold, encodings other than UTF-8. Not stricter elsewhere: 64-bit limits, lone surrogates and depths that MongoDB does
not take are rejected by the document store.
"""

import codecs
import json
import math
from typing import Any, Final, NoReturn

from shop_assets.documents.json_types import json_type

NOT_UTF8: Final = "not UTF-8 text"
NOT_JSON: Final = "not JSON"
NOT_AN_OBJECT: Final = "not a JSON object"
BAD_NUMBER: Final = "a number that cannot be held"
TOO_DEEP: Final = "nested too deeply"


class UnreadableError(ValueError):
    """The text is not a document. `reason` is one of a few stable phrases, `detail` says where; neither quotes it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def parse_document(text: bytes) -> dict[str, object]:
    """The JSON object in the bytes, which may begin with a byte-order mark.

    Integers of up to Python's 4,300 digits stay integers, other numbers become floats, and the last of equal keys wins.

    Raises:
        UnreadableError: The bytes are anything else; no other exception is raised.
    """
    value = parse_value(text)
    if not isinstance(value, dict):
        raise UnreadableError(NOT_AN_OBJECT, json_type(value))
    return value


def parse_value(text: bytes) -> Any:
    """The JSON value in the bytes, read as `parse_document` does.

    Raises:
        UnreadableError: The bytes are no JSON value; no other exception is raised.
    """
    try:
        return _DECODER.decode(text.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableError(NOT_UTF8, f"byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(NOT_JSON, f"{error.msg}, line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise UnreadableError(TOO_DEEP) from None
    except UnreadableError:
        raise
    except ValueError:  # int() refuses more digits than sys.get_int_max_str_digits()
        raise UnreadableError(BAD_NUMBER, "an integer of more than 4,300 digits") from None


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise UnreadableError(BAD_NUMBER, "beyond what a 64-bit float holds")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError(BAD_NUMBER, name)


_DECODER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse_constant)
