"""The whole project for Dagster: assets, checks, jobs, schedules, sensors and resources, built from the settings.

This module only wires the stages together. The webserver and the daemon load `definitions.py`, which is built from the
settings of the environment; the command line and the tests pass their own.
"""

import warnings

from dagster import BetaWarning, Definitions, in_process_executor

from shop_assets.automation.freshness import with_freshness
from shop_assets.automation.housekeeping import build_housekeeping
from shop_assets.automation.jobs import JOBS
from shop_assets.automation.landing_sensor import build_landing_sensor
from shop_assets.automation.notification_sensor import build_notification_sensor
from shop_assets.automation.schedules import build_schedules
from shop_assets.automation.watchdog import build_watchdog
from shop_assets.dashboards import assets as dashboards_assets
from shop_assets.document_store import assets as document_store_assets
from shop_assets.document_store import checks as document_store_checks
from shop_assets.document_store.resource import mongo_resource
from shop_assets.features import assets as features_assets
from shop_assets.features import checks as features_checks
from shop_assets.features.resource import spark_resource
from shop_assets.landing import assets as landing_assets
from shop_assets.landing import checks as landing_checks
from shop_assets.object_store.resource import object_store_resource
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.report import assets as report_assets
from shop_assets.report import checks as report_checks
from shop_assets.settings import Settings
from shop_assets.topics import assets as topics_assets
from shop_assets.topics import checks as topics_checks
from shop_assets.topics.resource import kafka_resource
from shop_assets.warehouse import assets as warehouse_assets
from shop_assets.warehouse import checks as warehouse_checks
from shop_assets.warehouse.resource import clickhouse_resource

ASSETS = (
    landing_assets,
    document_store_assets,
    topics_assets,
    warehouse_assets,
    features_assets,
    report_assets,
    dashboards_assets,
)
CHECKS = (landing_checks, document_store_checks, topics_checks, warehouse_checks, features_checks, report_checks)


def build_definitions(settings: Settings) -> Definitions:
    """Build everything that Dagster runs.

    Args:
        settings: The services to use, and the limits of checks and pools.

    Returns:
        The definitions; no service is contacted yet.
    """
    with warnings.catch_warnings():
        # BackfillPolicy is called beta at every use; Dagster's minor version is pinned.
        warnings.simplefilter("ignore", BetaWarning)
        assets = [asset for stage in ASSETS for asset in stage.build_assets(settings)]
    schedules = build_schedules(settings)
    sensors = [build_landing_sensor(settings), build_notification_sensor(settings), build_housekeeping(settings)]
    watched = [*(schedule.name for schedule in schedules), *(sensor.name for sensor in sensors)]
    return Definitions(
        assets=with_freshness(assets, settings),
        asset_checks=[check for stage in CHECKS for check in stage.build_checks(settings)],
        jobs=JOBS,
        schedules=schedules,
        sensors=[*sensors, build_watchdog(settings, watched)],
        resources={
            "object_store": object_store_resource(settings),
            "mongo": mongo_resource(settings),
            "kafka": kafka_resource(settings),
            "pii": personal_data_resource(settings),
            "clickhouse": clickhouse_resource(settings),
            "spark": spark_resource(settings),
        },
        # A process per step would import Dagster and its libraries each time, which takes several CPU-seconds.
        executor=in_process_executor,
    )
