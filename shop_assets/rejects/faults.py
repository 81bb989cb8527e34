"""The values for which a document was rejected, as far as its reasons name a field: shown unless they are personal.

Digits alone do not make a value personal: a date or an amount is masked only if its field is one of a contact, or if it
has the shape of one.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from shop_assets.personal_data.contacts import without_contacts
from shop_assets.personal_data.masking import masked_for_display
from shop_assets.personal_data.readable_text import MASK

LONGEST_VALUE: Final = 200
_FIELD: Final = re.compile(r"(?:wrong shape: )?([^\W\d][\w.]*)(?:: .*)?", re.DOTALL)
_DAY: Final = r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2}))"
_TIME: Final = r"\d{1,2}:\d{1,2}(?::\d{1,2}(?:[.,]\d{1,9})?)?"
_MOMENT: Final = re.compile(rf"\s*{_DAY}(?:[T ,]{{1,2}}{_TIME})?\s*(?:Z|[+-]\d\d:?\d\d)?\s*")
"""A day or a moment in any of the usual ways of writing, right or wrong."""


def faults(reasons: Iterable[str], content: str) -> Iterator[tuple[str, str]]:
    """Find the values that reasons name.

    Args:
        reasons: Such as `total_amount: negative` or `wrong shape: items`.
        content: The document's text, which may be cut off.

    Yields:
        The field and its value as JSON, without personal data; nothing for a field that the document does not have.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return
    for field in dict.fromkeys(found[1] for reason in reasons if (found := _FIELD.fullmatch(reason))):
        value: Any = document
        for name in field.split("."):
            if not isinstance(value, Mapping) or name not in value:
                break
            value = value[name]
        else:
            yield field, _shown(field.rpartition(".")[2], value)


def _shown(name: str, value: Any) -> str:
    if _masked({name: "x"})[name] == MASK:
        return json.dumps(_masked({name: value})[name], ensure_ascii=False)
    if isinstance(value, Mapping | list):
        text = json.dumps(_masked(value), ensure_ascii=False)
    else:
        text = json.dumps(value, ensure_ascii=False)
        is_moment = isinstance(value, str) and _MOMENT.fullmatch(value) is not None
        text = text if is_moment else without_contacts(text)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _masked(value: Any) -> Any:
    return json.loads(masked_for_display(json.dumps(value)))
