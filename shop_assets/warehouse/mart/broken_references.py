"""References to what MART does not show, in words, with a few of the ids that have them."""

from collections.abc import Mapping, Sequence
from typing import Final

from clickhouse_connect.driver.client import Client

from shop_assets.language.counts import counted
from shop_assets.personal_data.masking import masked_identifier
from shop_assets.warehouse.statements.query_execution import fetch_rows

_LINES: Final = "lines_of_unknown_products"
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "purchases_of_unknown_customers": ("purchase of an unknown customer", "purchases of unknown customers"),
    "purchases_in_unknown_stores": ("purchase in an unknown store", "purchases in unknown stores"),
    _LINES: ("line of an unknown product", "lines of unknown products"),
    "customers_of_unknown_stores": ("customer of an unknown store", "customers of unknown stores"),
    "purchases_before_registration": (
        "purchase before its customer's registration",
        "purchases before their customers' registration",
    ),
}


def example_ids(client: Client, counts: Mapping[str, int]) -> dict[str, list[str]]:
    """Look for a few ids, if there are any.

    Args:
        client: A client of the warehouse.
        counts: The row of `quality/broken_references`.

    Returns:
        Up to three ids by the columns of that row, with what may be personal masked.
    """
    found: dict[str, list[str]] = {}
    for row in fetch_rows(client, "broken_reference_examples") if any(counts.values()) else ():
        found.setdefault(str(row["reference"]), []).append(masked_identifier(str(row["id"])))
    return found


def described(counts: Mapping[str, int], ids: Mapping[str, Sequence[str]]) -> str:
    """Say what is broken.

    Args:
        counts: The row of `quality/broken_references`.
        ids: Of `example_ids`.

    Returns:
        For example "2 purchases of unknown customers, such as ord-1, ord-2; 1 line of an unknown product, such as in
        ord-3".
    """
    broken = [
        counted(count, *_WORDS[name]) + _such_as(name, ids.get(name, ())) for name, count in counts.items() if count
    ]
    return "; ".join(broken) or "0 broken references"


def _such_as(name: str, ids: Sequence[str]) -> str:
    return f", such as {'in ' if name == _LINES else ''}{', '.join(ids)}" if ids else ""
