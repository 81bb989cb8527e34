"""The SQL with which the features read MART: the columns and rows of a day, and their fingerprint."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_CUSTOMER_COLUMNS: Final = (
    "customer_id",
    "toUnixTimestamp64Milli(registration_date) AS registration_date_ms",
    "toUInt8(ifNull(is_loyalty_member, false)) AS is_loyalty_member",
    "loyalty_card_number",
)
_BASKET_COLUMNS: Final = (
    "customer_id",
    "store_id",
    "store_city",
    "toUnixTimestamp64Milli(purchase_datetime) AS purchase_datetime_ms",
    "total_amount",
    "toString(payment_method) AS payment_method",
    "is_delivery",
    "toInt64(line_count) AS line_count",
    "has_bakery",
    "has_meat",
    "has_dairy",
    "has_fruit",
    "has_vegetable",
    "has_organic",
    "has_time",
)


@dataclass(frozen=True)
class MartFingerprint:
    """The state of MART when it was read: rows of both tables, and a hash of everything that was read.

    Equal fingerprints as of the same moment mean equal features. The hash is a sum over the rows, so that their order
    does not matter. The columns are hashed as one tuple: if they were separate arguments, a NULL would make the whole
    hash NULL.
    """

    customers: int
    baskets: int
    hash: str


def customers(moment: datetime) -> str:
    """The query for customers registered before `moment`."""
    columns = ", ".join(_CUSTOMER_COLUMNS)
    return f"SELECT {columns} FROM mart.customers WHERE registration_date < {_literal(moment)}"  # noqa: S608  # a number


def baskets(moment: datetime) -> str:
    """The query for purchases before `moment`, one row each."""
    columns = ", ".join(_BASKET_COLUMNS)
    return f"SELECT {columns} FROM mart.baskets WHERE purchase_datetime < {_literal(moment)}"  # noqa: S608  # a number


def customer_ids(moment: datetime) -> str:
    """The query for the ids that a matrix as of `moment` must have, each once."""
    return f"SELECT DISTINCT customer_id FROM mart.customers WHERE registration_date < {_literal(moment)}"  # noqa: S608  # a number


def fingerprint(client: "Client", moment: datetime) -> MartFingerprint:
    """The fingerprint of the present results of `customers` and `baskets`: one scan of each in ClickHouse."""
    (customer_rows, customer_hash), (basket_rows, basket_hash) = (
        client.query(f"SELECT count(), sum(sipHash64(tuple(*))) FROM ({query})").result_rows[0]  # noqa: S608  # from above
        for query in (customers(moment), baskets(moment))
    )
    return MartFingerprint(customer_rows, basket_rows, f"{customer_hash:016x}{basket_hash:016x}")


def _literal(moment: datetime) -> str:
    return f"fromUnixTimestamp64Milli({int(moment.timestamp() * 1000)}, 'UTC')"
