"""Dagster's own command, as the README says it."""

import pytest

from shop_assets_tests import whole_run
from shop_assets_tests.plain_report import expected_csv

DAY = whole_run.YESTERDAY.isoformat()


def test_definitions_validate(command):
    done = command("dagster", "definitions", "validate", "-w", "workspace.yaml")
    assert done.returncode == 0, done.stderr


def test_an_asset_is_materialized_by_its_name(command, shop):
    done = command("dagster", "asset", "materialize", "--select", "raw_stores_json", "-m", "shop_assets.definitions")
    assert done.returncode == 0, done.stderr[-5000:]
    assert len(whole_run.landed_documents(shop)["stores"]) == 45


@pytest.mark.slow
def test_all_assets_of_a_day_are_materialized_in_one_run(command, shop):
    done = command(
        "dagster", "asset", "materialize", "--select", "*", "--partition", DAY, "-m", "shop_assets.definitions"
    )
    assert done.returncode == 0, done.stderr[-5000:]
    assert whole_run.report(shop) == expected_csv(whole_run.landed_documents(shop), whole_run.YESTERDAY)


@pytest.mark.slow
def test_the_job_runs_for_the_day_of_its_tag(command, shop):
    tags = f'{{"dagster/partition": "{DAY}"}}'
    done = command("dagster", "job", "execute", "-m", "shop_assets.definitions", "-j", "everything", "--tags", tags)
    assert done.returncode == 0, done.stderr[-5000:]
    assert whole_run.contents(shop)["raw"]["purchases"] == 200


def test_without_any_services_it_says_what_to_start(command, tmp_path):
    nothing = {"SHOP_HOME": str(tmp_path)}
    done = command("dagster", "definitions", "validate", "-w", "workspace.yaml", environment=nothing)
    assert done.returncode != 0
    assert "No stack runs in" in done.stdout + done.stderr
    assert "shop up" in done.stdout + done.stderr
