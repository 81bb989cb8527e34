"""The definitions as Dagster loads them."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import shop_assets
from shop_assets.automation.freshness import policies
from shop_assets.automation.jobs import INGEST_GROUPS, REPORT_GROUPS
from shop_assets.build import build_definitions
from shop_assets.features.definitions import COLUMNS
from shop_assets.features.metadata import COPY_COLUMNS, MATRIX_COLUMNS
from shop_assets.orchestration.asset_metadata import COLUMN_LINEAGE, COLUMN_SCHEMA
from shop_assets.warehouse.mart.mart_columns import DESCRIPTIONS

PACKAGES = ("dagster", "dagster_aws.s3", "dagster_pyspark", "pymongo", "confluent_kafka", "clickhouse_connect")
HEAVY = ("polars", "pyarrow", "pandas", "numpy", "chdb", "faker", "altair")


def _cpu_seconds_of(program: str) -> tuple[float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", program], env=os.environ, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout.strip()


def test_definitions_load_without_heavy_libraries_and_in_little_more_than_their_packages(stack_settings):
    packages, _ = _cpu_seconds_of(f"import {', '.join(PACKAGES)}")
    program = f"import sys, shop_assets.definitions; print([name for name in {HEAVY} if name in sys.modules])"
    definitions, heavy = _cpu_seconds_of(program)
    assert heavy == "[]"
    assert definitions < 2 * packages, f"{definitions:.1f} CPU-seconds, and {packages:.1f} for the packages alone"


def test_freshness_is_promised_where_the_schedules_are_on(stack_settings):
    for automation in (True, False):
        settings = stack_settings.model_copy(update={"automation": automation})
        graph = build_definitions(settings).resolve_asset_graph()
        promised = {key for key in graph.get_all_asset_keys() if graph.get(key).freshness_policy}
        assert promised == (set(policies(settings)) if automation else set())


def test_every_asset_is_in_a_group_that_a_job_selects_and_group_names_are_written_once(stack_settings):
    graph = build_definitions(stack_settings).resolve_asset_graph()
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert groups == {*INGEST_GROUPS, *REPORT_GROUPS}
    sources = [path for path in Path(shop_assets.__file__).parent.rglob("*.py") if path.name != "asset_keys.py"]
    assert [path.name for path in sources if re.search(r'group_name="', path.read_text(encoding="utf-8"))] == []


def test_lineage_leads_from_every_column_of_the_report_to_columns_of_the_mart():
    report, matrix = (columns[COLUMN_LINEAGE].value.deps_by_column for columns in (COPY_COLUMNS, MATRIX_COLUMNS))
    assert list(report) == list(matrix) == list(COLUMNS)
    for name in COLUMNS:
        (source,) = report[name]
        assert (source.asset_key.to_user_string(), source.column_name) == ("customer_features_parquet", name)
        assert {dep.asset_key.to_user_string() for dep in matrix[name]} == {"clickhouse_mart"}
        assert {dep.column_name for dep in matrix[name]} <= DESCRIPTIONS.keys()


def test_every_column_of_the_matrix_says_what_it_is_and_what_it_is_made_of():
    columns = MATRIX_COLUMNS[COLUMN_SCHEMA].value.columns
    assert [column.name for column in columns] == list(COLUMNS)
    assert all(column.description for column in columns)
