"""The queries with which the features read MART: the columns and rows of a day, and their fingerprint."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from shop_assets.warehouse.statements.queries import load_query

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client


@dataclass(frozen=True)
class MartFingerprint:
    """The state of MART when it was read: rows of both tables, and a hash of everything that was read.

    Equal fingerprints as of the same moment mean equal features.
    """

    customers: int
    baskets: int
    hash: str


def customers(moment: datetime, *, of_one: bool = False) -> str:
    """The query for customers registered before `moment`; `of_one` leaves the one of the parameter `customer`."""
    return load_query("features/customers", moment=_milliseconds(moment), of_one=of_one).statement


def baskets(moment: datetime, *, of_one: bool = False) -> str:
    """The query for purchases before `moment`, one row each; `of_one` leaves those of the parameter `customer`, with
    their ids.
    """
    return load_query("features/baskets", moment=_milliseconds(moment), of_one=of_one).statement


def customer_ids(moment: datetime) -> str:
    """The query for the ids that a matrix as of `moment` must have, each once."""
    return load_query("features/customer_ids", moment=_milliseconds(moment)).statement


def fingerprint(client: "Client", moment: datetime) -> MartFingerprint:
    """The fingerprint of the present results of `customers` and `baskets`: one scan of each in ClickHouse."""
    (customer_rows, customer_hash), (basket_rows, basket_hash) = (
        client.query(load_query("features/fingerprint", rows=query).statement).result_rows[0]
        for query in (customers(moment), baskets(moment))
    )
    return MartFingerprint(customer_rows, basket_rows, f"{customer_hash:016x}{basket_hash:016x}")


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
