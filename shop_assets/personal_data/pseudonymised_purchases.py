"""What stays of a purchase when its customer is erased, without the phones and e-mails in the texts that stay.

A line may be `Пополнение +79001234567`, a way to pay `СБП 89001234567`: they say who bought.
"""

from collections.abc import Mapping
from typing import Any, Final

from shop_assets.documents import pseudonyms
from shop_assets.personal_data.document_contacts import HiddenContactError, replace_contacts
from shop_assets.personal_data.field_names import FieldMeaning, meaning_of
from shop_assets.personal_data.readable_text import MASK

_OTHERS: Final = frozenset({FieldMeaning.ID, FieldMeaning.NUMBER, FieldMeaning.DATE})
"""Ids, which other documents refer to, amounts and times."""


def pseudonymised(purchase: Mapping[str, Any], pseudonym: str) -> dict[str, Any]:
    """A purchase without anything that says who bought: `documents/pseudonyms.py` says what stays.

    Args:
        purchase: The purchase in our terms; it is not changed.
        pseudonym: Stands for the customer.

    Returns:
        A copy, with `***` for phones and e-mails in texts; the same for one that was pseudonymised before.
    """
    kept = pseudonyms.pseudonymised(purchase, pseudonym)
    return {name: value if name == "customer" else _masked(name, value) for name, value in kept.items()}


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner_name: _masked(inner_name, inner) for inner_name, inner in value.items()}
    if isinstance(value, list):
        return [_masked(name, inner) for inner in value]
    if not isinstance(value, str) or name == "_id" or meaning_of(name) in _OTHERS:
        return value
    try:
        return replace_contacts(value, lambda _field, _found: MASK)
    except HiddenContactError:
        return MASK
