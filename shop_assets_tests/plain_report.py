"""The CSV that `docs/cleaning.md`, `docs/no_sale.md` and `docs/features.md` call for, from documents, in plain Python.

It joins the two plain readings, of the cleaning rules and of the features; it shares nothing with the SQL and Spark.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from shop_assets.documents.kinds import KINDS, DocumentKind, natural_id
from shop_assets_tests.features.plain_reading import NAMES, Customer, Purchase, matrix
from shop_assets_tests.warehouse.plain_cleaning import Cleaned, clean

Documents = Mapping[str, Iterable[dict[str, Any]]]


def expected_csv(documents: Documents, day: date, timezone: str = "UTC", source_timezone: str | None = None) -> bytes:
    """The report of a day; of two documents with one id the later one counts. None of them lacks its id."""
    stores, products, customers, purchases = (
        _shown(kind, documents.get(kind.name, ()), timezone, source_timezone or timezone) for kind in KINDS
    )
    rows = matrix(
        [
            Customer(key, seen["registration_date"], seen["is_loyalty_member"], seen["loyalty_card_number"])
            for key, seen in customers.items()
        ],
        [_purchase(seen, stores, products) for seen in purchases.values()],
        day,
        timezone,
    )
    lines = [",".join(["customer_id", *NAMES])]
    lines += [",".join([key, *(str(rows[key][name]) for name in NAMES)]) for key in sorted(rows)]
    return ("\n".join(lines) + "\n").encode()


def expected_rejects(documents: Documents) -> dict[tuple[str, str], list[str]]:
    """What the MART keeps back, (kind, id) to reasons."""
    return {
        (kind.name, key): cleaned.reasons
        for kind in KINDS
        for key, cleaned in _cleaned(kind, documents.get(kind.name, ())).items()
        if cleaned.reasons
    }


def _shown(
    kind: DocumentKind, documents: Iterable[dict[str, Any]], zone: str, source_zone: str
) -> dict[str, dict[str, Any]]:
    cleaned = _cleaned(kind, documents, zone, source_zone)
    return {key: seen.values for key, seen in cleaned.items() if not seen.reasons and not seen.excluded}


def _cleaned(
    kind: DocumentKind, documents: Iterable[dict[str, Any]], zone: str = "UTC", source_zone: str = "UTC"
) -> dict[str, Cleaned]:
    now = datetime.now(UTC)
    newest = {natural_id(kind, document) or "": document for document in documents}
    return {
        key: clean(kind.name, key.encode(), json.dumps(document, ensure_ascii=False).encode(), now, zone, source_zone)
        for key, document in newest.items()
    }


def _purchase(seen: dict[str, Any], stores: dict[str, Any], products: dict[str, Any]) -> Purchase:
    return Purchase(
        customer_id=seen["customer_id"],
        at=seen["purchase_datetime"],
        amount=seen["total_amount"],
        store=seen["store_id"],
        city=stores.get(seen["store_id"], {}).get("city") or seen["store_city"],
        payment=seen["payment_method"],
        delivered=bool(seen["is_delivery"]),
        lines=len(seen["items"]),
        groups=frozenset(_group(line, products) for line in seen["items"]),
        organic=any(products.get(line["product_id"], {}).get("is_organic") for line in seen["items"]),
        has_time=seen["purchase_has_time"],
    )


def _group(line: dict[str, Any], products: dict[str, Any]) -> str:
    """The group of the line's category, or else of its product."""
    own = str(line["product_group"])
    return own if own != "unknown" else str(products.get(line["product_id"], {}).get("product_group", "unknown"))
