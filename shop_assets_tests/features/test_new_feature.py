"""A 31st feature: one entry and one command, and it is everywhere, in a new warehouse and in an older one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.features.definitions import COLUMNS
from shop_assets.features.warehouse_load import load_partition
from shop_assets.object_store.bucket import Bucket
from shop_assets.settings import Settings, variable
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets_tests.features.cases import DAY, LONG_AGO, MS, T
from shop_assets_tests.features.mart_rows import fill_mart
from shop_assets_tests.features.plain_reading import Customer, Purchase
from shop_assets_tests.features.published import publish_by_hand, row, rows_table

PROJECT = Path(__file__).parents[2]
NAME = "bought_twice"
TITLE = "Купил дважды"
ENTRY = f"""    Feature(
        "{NAME}",
        "the customer's 2nd purchase was made",
        "{TITLE}",
        (ORDERS,),
        "purchases >= 2",
    ),
)

EXCLUSIVE: Final = (
"""
OLDER = DAY - timedelta(days=1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The parts of the project that one more feature changes, or that are run, in a folder of their own."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("shop_assets", "sql", "docs", "grafana"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=ignored)
    return tmp_path


@pytest.fixture
def older_warehouse(client: Client, bucket: Bucket) -> Iterator[Client]:
    """A warehouse with a day that was published by this project."""
    fill_mart(
        client,
        [Customer("once", LONG_AGO), Customer("twice", LONG_AGO)],
        [Purchase(name, T - MS - timedelta(days=day)) for name, day in (("once", 1), ("twice", 1), ("twice", 2))],
    )
    load_partition(client, bucket, publish_by_hand(bucket, OLDER, [rows_table(row("once"), row("twice"))]))
    yield client
    for database in ("mart", "raw"):
        client.command(f"DROP DATABASE {database} SYNC")
    apply_migrations(client)


def run(project: Path, settings: Settings, *arguments: str) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(project),
        variable("s3_features_bucket"): settings.s3_features_bucket,
        variable("s3_reports_bucket"): settings.s3_reports_bucket,
        variable("timezone"): "UTC",
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def changed_files(project: Path) -> set[str]:
    files = {path.relative_to(project).as_posix(): path for path in project.rglob("*") if path.suffix != ".pyc"}
    return {
        name for name, path in files.items() if path.is_file() and path.read_bytes() != (PROJECT / name).read_bytes()
    }


@pytest.mark.slow
def test_one_entry_and_one_command_bring_a_feature_everywhere(
    project: Path, older_warehouse: Client, bucket: Bucket, settings: Settings
) -> None:
    definitions = project / "shop_assets" / "features" / "definitions.py"
    text = definitions.read_text(encoding="utf-8")
    assert text.count(")\n\nEXCLUSIVE: Final = (\n") == 1
    definitions.write_text(text.replace(")\n\nEXCLUSIVE: Final = (\n", ENTRY), encoding="utf-8")
    run(project, settings, "-m", "shop_assets.generate")
    assert changed_files(project) == {
        "shop_assets/features/definitions.py",
        "sql/mart/92_feature_columns.sql",
        "sql/quality/feature_shares.sql",
        "sql/dashboards/feature_values.sql",
        "docs/features.md",
        "grafana/provisioning/dashboards/shop/shop-customers.json",
    }
    assert f"| 31 | `{NAME}` | the customer's 2nd purchase was made | {TITLE} |" in (
        project / "docs" / "features.md"
    ).read_text(encoding="utf-8")
    assert TITLE in (project / "grafana/provisioning/dashboards/shop/shop-customers.json").read_text(encoding="utf-8")

    script = str(Path(__file__).with_name("new_feature_run.py"))
    found = json.loads(run(project, settings, script, NAME, OLDER.isoformat(), DAY.isoformat()))
    values = {"once": 0, "twice": 1}
    assert (found["migrations"], found["again"]) == (["mart/92_feature_columns"], [])
    assert (found["parquet"], found["report"]) == (values, values)
    assert (found["warehouse"], found["fresh"], found["problems"]) == (values, values, [])
    assert found["columns"] == [*COLUMNS, NAME]
    assert found["fresh columns"] == ["ds", *COLUMNS, NAME, "publication_id", "published_at"]
    assert found["dashboard"][TITLE] == 0.5
    assert found["older"] == {"once": None, "twice": None}, "not computed, which is not 0"
    assert f"{OLDER} were published before {NAME} was defined" in found["refusal"]
