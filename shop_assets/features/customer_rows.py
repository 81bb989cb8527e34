"""What MART knows about one customer: the rows that the features read, and the lines of the purchases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from shop_assets.documents.product_groups import PRODUCT_GROUPS
from shop_assets.features import mart_queries, windows
from shop_assets.features.errors import UnknownCustomerError
from shop_assets.warehouse.statements.queries import statement_of

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client
    from pyspark.sql import DataFrame, SparkSession

_CUSTOMER_TYPES: Final = {
    "customer_id": "string",
    "registration_date": "timestamp",
    "is_loyalty_member": "boolean",
    "loyalty_card_number": "string",
}
_BASKET_TYPES: Final = {
    **dict.fromkeys(("purchase_id", "customer_id", "store_id", "store_city"), "string"),
    "purchase_datetime": "timestamp",
    "total_amount": "decimal(38, 9)",
    "payment_method": "string",
    "is_delivery": "int",
    "line_count": "long",
    **dict.fromkeys(("has_bakery", "has_meat", "has_dairy", "has_fruit", "has_vegetable"), "int"),
    **dict.fromkeys(("has_organic", "has_time"), "int"),
}
"""Spark's types of the columns that the features read."""

GROUPS: Final = frozenset(group.code for group in PRODUCT_GROUPS)
"""The groups of products with which the names of measures begin."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class CustomerRows:
    """A customer, the purchases before the as-of date, their lines by purchase, and what is published for the day.

    Times are in UTC. `published` is empty when the day has no row of the customer. `is_loyalty_member` is None where
    no document says it.
    """

    customer: Row
    baskets: Sequence[Row]
    lines: Mapping[str, Sequence[Row]]
    published: Row

    def deciding_lines(self, purchase_id: str, inputs: Mapping[str, object]) -> Sequence[Row]:
        """The lines of a purchase that count for a rule about products.

        Args:
            purchase_id: The purchase.
            inputs: What the rule reads: `Verdict.inputs`.

        Returns:
            The lines of the groups in the inputs' names, and organic ones for a rule about these.
        """
        groups = {name.partition("_")[0] for name in inputs} & GROUPS
        return [
            line
            for line in self.lines.get(purchase_id, [])
            if line["product_group"] in groups or ("organic" in inputs and line["is_organic"])
        ]

    def frames(self, spark: "SparkSession") -> "tuple[DataFrame, DataFrame]":
        """Give Spark the rows.

        Args:
            spark: The session.

        Returns:
            Customers and baskets, as `explanation.explain` takes them.
        """
        return (
            _frame(spark, [self.customer], _CUSTOMER_TYPES),
            _frame(spark, self.baskets, _BASKET_TYPES),
        )


def read_customer(client: "Client", customer_id: str, day: date, timezone: str) -> CustomerRows:
    """Read one customer as of the end of a day.

    Args:
        client: Of ClickHouse.
        customer_id: The id in MART.
        day: The day.
        timezone: The business time zone.

    Returns:
        The rows.

    Raises:
        UnknownCustomerError: MART has no such customer, or the registration is later.
    """
    moment = windows.as_of(day, timezone)
    customers = _rows(client, mart_queries.customers(moment, of_one=True), customer_id)
    membership = _rows(client, statement_of("features/customer_membership"), customer_id)
    if not customers or not membership:  # each query sees MART as it is then
        raise UnknownCustomerError(
            f"MART has no customer {customer_id!r} who had registered by the end of {day}; the view mart.customers has "
            "all of them (`shop query`)."
        )
    baskets = mart_queries.baskets(moment, of_one=True)
    lines: dict[str, list[Row]] = {}
    for line in _rows(client, statement_of("features/customer_lines"), customer_id):
        lines.setdefault(str(line["purchase_id"]), []).append(line)
    published = client.query(statement_of("features/published_row"), {"ds": day, "customer": customer_id})
    return CustomerRows(
        {**_as_spark_reads(customers[0], "registration_date"), **membership[0]},
        [_as_spark_reads(row, "purchase_datetime") for row in _rows(client, baskets, customer_id)],
        lines,
        next(iter(published.named_results()), {}),
    )


def _rows(client: "Client", sql: str, customer_id: str) -> list[dict[str, Any]]:
    return list(client.query(sql, {"customer": customer_id}).named_results())


def _frame(spark: "SparkSession", rows: Sequence[Row], types: Mapping[str, str]) -> "DataFrame":
    schema = ", ".join(f"{name} {type_}" for name, type_ in types.items())
    return spark.createDataFrame([tuple(row[name] for name in types) for row in rows], schema)


def _as_spark_reads(row: Row, column: str) -> Row:
    """A row as Spark's reader gives it: a time instead of its milliseconds, in the same place."""
    name = f"{column}_ms"
    shown = {column if key == name else key: value for key, value in row.items()}
    shown[column] = datetime.fromtimestamp(row[name] / 1000, UTC)
    return shown
