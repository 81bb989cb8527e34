"""Publishes a day and kills its own process, with no warning, between the Parquet files and the manifest.

Run as a program: `python -m shop_assets_tests.features.killed_publication DAY BUCKET`, the settings in the environment.
"""

import os
import signal
import sys
from datetime import date
from typing import Any

from shop_assets.features import publication
from shop_assets.features.daily_matrix import MatrixSource, publish_day
from shop_assets.features.manifest import Manifest
from shop_assets.features.resource import spark_resource
from shop_assets.landing.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import connection


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(day: date, bucket: str) -> None:
    settings = Settings.load().model_copy(update={"s3_features_bucket": bucket})
    password = settings.clickhouse_password.get_secret_value()
    publication.Manifest.write = _die  # type: ignore[method-assign]  # where the process is to end
    assert publication.Manifest is Manifest
    with (
        spark_resource(settings).on_demand() as start_spark,
        object_store_resource(settings).process_config_and_initialize_cm() as store,
        connection(
            settings.clickhouse_host, settings.clickhouse_port, settings.clickhouse_user, password, secure=False
        ) as client,
    ):
        publish_day(day, MatrixSource.of(settings), client, store.features(), start_spark, "killed")


if __name__ == "__main__":
    main(date.fromisoformat(sys.argv[1]), sys.argv[2])
