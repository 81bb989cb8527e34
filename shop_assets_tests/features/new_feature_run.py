"""What a project with one more feature makes of a warehouse, as a script; prints what it found as JSON.

A process of its own, because it runs the code of another project folder (`PYTHONPATH`). Arguments: the feature's name,
a day that was published before it was defined, and a day to publish.
"""

import json
import sys
from contextlib import ExitStack
from datetime import date
from typing import Any

import polars as pl
from clickhouse_connect.driver.client import Client

from shop_assets.dashboards.page.page_data import collect
from shop_assets.features import verification
from shop_assets.features.daily_matrix import MatrixPublisher, MatrixSource
from shop_assets.features.errors import PublicationError
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.published_files import on_disk
from shop_assets.features.resource import spark_resource
from shop_assets.features.warehouse_load import TABLE, load_partition
from shop_assets.object_store.resource import object_store_resource
from shop_assets.report.csv_report import report_key, write_report
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations


def main(name: str, older: date, day: date) -> dict[str, Any]:
    """Publishes the day, and gives the feature's values wherever the day can be seen."""
    settings = Settings.load()
    with ExitStack() as open_resources:
        client = open_resources.enter_context(clickhouse_resource(settings).client())
        store = open_resources.enter_context(object_store_resource(settings).process_config_and_initialize_cm())
        start_spark = open_resources.enter_context(spark_resource(settings).on_demand())
        features, reports = store.features(), store.reports()
        found: dict[str, Any] = {"migrations": apply_migrations(client), "again": apply_migrations(client)}
        source = MatrixSource.from_settings(settings)
        manifest = MatrixPublisher(source, client, features, start_spark, "a new feature").publish(day).manifest
        load_partition(client, features, manifest)
        with on_disk(features, manifest.files) as paths:
            found["parquet"] = dict(pl.read_parquet(paths).select("customer_id", name).iter_rows())
        found["warehouse"] = _values(client, name, day)
        found["older"] = _values(client, name, older)
        try:
            PublicationManifest.require(features, older)
        except PublicationError as error:
            found["refusal"] = str(error)
        write_report(features, reports, manifest)
        report = pl.read_csv(reports.get(report_key(day)))
        found["report"] = dict(report.select("customer_id", name).iter_rows())
        found["columns"] = report.columns
        panels = [result for section in collect(client, settings, day).dashboards for result in section.panels]
        (shares,) = (result.rows for result in panels if result.panel.query == "dashboards/latest_feature_shares")
        found["dashboard"] = {row["feature_name"]: row["share"] for row in shares}
        for database in ("mart", "raw"):
            client.command(f"DROP DATABASE {database} SYNC")
        apply_migrations(client)
        load_partition(client, features, manifest)
        found["fresh"] = _values(client, name, day)
        found["problems"] = verification.warehouse(client, manifest).problems
        found["fresh columns"] = [row[0] for row in client.query(f"DESCRIBE TABLE {TABLE}").result_rows]
    return found


def _values(client: Client, name: str, day: date) -> dict[str, int | None]:
    statement = f"SELECT customer_id, {name} FROM {TABLE} WHERE ds = {{day:Date}}"
    return dict(client.query(statement, parameters={"day": day}).result_rows)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], date.fromisoformat(sys.argv[2]), date.fromisoformat(sys.argv[3]))))
