"""Customers and purchases of a test as Spark's frames, by way of Parquet files: no Python worker has to start."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from pyspark.sql import DataFrame, SparkSession

from shop_assets_tests.features.plain_reading import Customer, Purchase

TIME = pa.timestamp("us", tz="UTC")
CUSTOMERS = pa.schema(
    {
        "customer_id": pa.string(),
        "registration_date": TIME,
        "is_loyalty_member": pa.bool_(),
        "loyalty_card_number": pa.string(),
    }
)
GROUPS = ("bakery", "meat", "dairy", "fruit", "vegetable")
BASKETS = pa.schema(
    {
        "customer_id": pa.string(),
        "store_id": pa.string(),
        "store_city": pa.string(),
        "purchase_datetime": TIME,
        "total_amount": pa.decimal128(18, 4),
        "payment_method": pa.string(),
        "is_delivery": pa.int16(),
        "line_count": pa.int64(),
        **{f"has_{group}": pa.int16() for group in GROUPS},
        "has_organic": pa.int16(),
        "has_time": pa.int16(),
    }
)


def customer_rows(customers: Iterable[Customer]) -> list[dict[str, Any]]:
    return [
        {
            "customer_id": customer.customer_id,
            "registration_date": customer.registered,
            "is_loyalty_member": customer.is_member,
            "loyalty_card_number": customer.card_number,
        }
        for customer in customers
    ]


def basket_rows(purchases: Iterable[Purchase]) -> list[dict[str, Any]]:
    return [
        {
            "customer_id": purchase.customer_id,
            "store_id": purchase.store,
            "store_city": purchase.city,
            "purchase_datetime": purchase.at,
            "total_amount": purchase.amount,
            "payment_method": purchase.payment,
            "is_delivery": int(purchase.delivered),
            "line_count": purchase.lines,
            **{f"has_{group}": int(group in purchase.groups) for group in GROUPS},
            "has_organic": int(purchase.organic),
            "has_time": int(purchase.has_time),
        }
        for purchase in purchases
    ]


def frames(
    spark: SparkSession, folder: Path, customers: Iterable[Customer], purchases: Iterable[Purchase]
) -> tuple[DataFrame, DataFrame]:
    paths = folder / "customers.parquet", folder / "baskets.parquet"
    parquet.write_table(pa.Table.from_pylist(customer_rows(customers), CUSTOMERS), paths[0])
    parquet.write_table(pa.Table.from_pylist(basket_rows(purchases), BASKETS), paths[1])
    read = spark.read.option("recursiveFileLookup", value=True)
    return read.parquet(str(paths[0])), read.parquet(str(paths[1]))
