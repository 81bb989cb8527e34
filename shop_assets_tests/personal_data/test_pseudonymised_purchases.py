"""A purchase under a pseudonym keeps what statistics need, and no phone and no e-mail in it."""

from typing import Any

from shop_assets.personal_data.pseudonymised_purchases import pseudonymised

PURCHASE: dict[str, Any] = {
    "purchase_id": "9001234567", "customer": {"customer_id": "cus-1"}, "payment_method": "СБП 89001234567",
    "store": {"store_id": "s-1", "store_name": "у ivan@example.ru"}, "total_amount": "9001234567",
    "items": [{"product_id": "p-1", "name": "Пополнение +79001234567", "quantity": 1}], "status": "%2B79001234567",
}  # fmt: skip


def test_contacts_in_texts_that_stay_are_masked_and_ids_and_amounts_are_not() -> None:
    kept = pseudonymised(PURCHASE, "erased-a")
    assert kept == {
        "purchase_id": "9001234567", "customer": {"customer_id": "erased-a"}, "payment_method": "СБП ***",
        "store": {"store_id": "s-1", "store_name": "у ***"}, "total_amount": "9001234567",
        "items": [{"product_id": "p-1", "name": "Пополнение ***", "quantity": 1}], "status": "***",
    }  # fmt: skip
    assert pseudonymised(kept, "erased-a") == kept
