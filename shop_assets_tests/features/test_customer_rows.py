"""The rows of one customer, which are read by several queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pytest

from shop_assets.features.customer_rows import read_customer
from shop_assets.features.errors import UnknownCustomerError

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client


@dataclass
class Answer:
    rows: list[dict[str, Any]]

    def named_results(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)


class ForgettingClient:
    """Knows the customer once: somebody erases the customer between two queries."""

    def __init__(self) -> None:
        self._answers = iter([Answer([{"customer_id": "c-1", "registration_date_ms": 0}])])

    def query(self, sql: str, parameters: Mapping[str, Any]) -> Answer:
        assert sql
        assert "c-1" in parameters.values()
        return next(self._answers, Answer([]))


def test_a_customer_who_goes_between_two_queries_is_unknown() -> None:
    with pytest.raises(UnknownCustomerError, match="c-1"):
        read_customer(cast("Client", ForgettingClient()), "c-1", date(2026, 1, 15), "UTC")
