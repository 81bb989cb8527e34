"""Puts customers and purchases of a test into the MART, where the cleaning would have put them."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
from clickhouse_connect.driver.client import Client

from shop_assets_tests.features.plain_reading import Customer, Purchase

ORGANIC, PLAIN = "prd-organic", "prd-plain"


def as_the_mart_can_have_it(purchase: Purchase) -> Purchase:
    """The purchase with a line for each of its groups, at least one, and in whole milliseconds."""
    at = purchase.at.replace(microsecond=purchase.at.microsecond // 1000 * 1000)
    return replace(purchase, lines=max(purchase.lines, len(purchase.groups), 1), at=at)


def fill_mart(client: Client, customers: Iterable[Customer], purchases: Iterable[Purchase]) -> None:
    """Adds them to what the MART has; every purchase gets an id of its own."""
    _insert(client, "product_versions", [{"id": ORGANIC, "is_organic": True}, {"id": PLAIN, "is_organic": None}])
    _insert(client, "customer_versions", map(_customer, customers))
    _insert(client, "purchase_versions", map(_purchase, purchases))


def _insert(client: Client, table: str, rows: Iterable[dict[str, Any]]) -> None:
    lines = b"".join(orjson.dumps({"version": 1, **row}) + b"\n" for row in rows)
    if lines:
        client.raw_insert(f"mart.{table}", insert_block=lines, fmt="JSONEachRow")


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.customer_id,
        "registration_date": _time(customer.registered),
        "is_loyalty_member": customer.is_member,
        "loyalty_card_number": customer.card_number,
    }


def _purchase(purchase: Purchase) -> dict[str, Any]:
    groups = [*purchase.groups, *["unknown"] * (purchase.lines - len(purchase.groups))]
    products = [ORGANIC if purchase.organic and line == 0 else PLAIN for line in range(len(groups))]
    return {
        "id": f"ord-{secrets.token_hex(6)}",
        "customer_id": purchase.customer_id,
        "store_id": purchase.store,
        "store_city": purchase.city,
        "purchase_datetime": _time(purchase.at),
        "total_amount": str(purchase.amount),
        "payment_method": purchase.payment,
        "is_delivery": purchase.delivered or None,
        "items": [
            {"product_id": product, "product_group": group} for product, group in zip(products, groups, strict=True)
        ],
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
