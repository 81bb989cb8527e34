import json
import logging
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from dagster import DagsterInstance, ExecuteInProcessResult, materialize

from shop_assets.documents.kinds import KINDS
from shop_assets.landing.assets import FINGERPRINT, LandingConfig, build_assets
from shop_assets.landing.checks import build_checks
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration.automatic_runs import AUTOMATIC_TAGS
from shop_assets.settings import Settings
from shop_assets_tests.landing.conftest import keys

DOCUMENTED = {"rows_in", "rows_out", "rejected", "seconds", "bytes", "objects", "objects_written", "objects_unchanged",
              "distinct_ids", "without_id", "unreadable", "origin", "sample", "dagster/column_schema",
              "dagster/row_count", FINGERPRINT}  # fmt: skip


@pytest.fixture(autouse=True)
def _bucket(bucket) -> None:
    """Every test here leaves a bucket, which is removed after it."""


def run(
    settings: Settings, instance: DagsterInstance | None = None, tags: dict[str, str] | None = None, **config: object
) -> ExecuteInProcessResult:
    definitions = [*build_assets(settings), *build_checks(settings)]
    steps = {f"raw_{kind.name}_json": {"config": config} for kind in KINDS}
    return materialize(
        definitions,
        resources={"object_store": object_store_resource(settings)},
        run_config={"ops": steps},
        raise_on_error=False,
        instance=instance,
        tags=tags,
    )


def metadata(result: ExecuteInProcessResult) -> dict[str, dict[str, object]]:
    found = {}
    for event in result.get_asset_materialization_events():
        materialization = event.materialization
        found[materialization.asset_key.to_user_string()] = {
            name: entry.value for name, entry in materialization.metadata.items()
        }
    return found


def checks(result: ExecuteInProcessResult) -> dict[str, bool]:
    return {evaluation.check_name: evaluation.passed for evaluation in result.get_asset_check_evaluations()}


def failed_check(result: ExecuteInProcessResult, name: str) -> dict[str, object]:
    (evaluation,) = [found for found in result.get_asset_check_evaluations() if found.check_name == name]
    assert not evaluation.passed
    assert not evaluation.blocking
    assert evaluation.severity.value == "ERROR"
    return {key: entry.value for key, entry in evaluation.metadata.items()}


def write(path: Path, *documents: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(document, ensure_ascii=False) for document in documents), encoding="utf-8")


def test_the_default_shop_is_made_passes_every_check_and_is_made_again_without_a_write(settings: Settings):
    result = run(settings)
    assert result.success
    assert checks(result) == dict.fromkeys(
        ("stores_count", "products_count", "purchases_count", "every_store_has_a_customer"), True
    )
    first = metadata(result)
    assert {name: found["rows_out"] for name, found in first.items()} == {
        "raw_stores_json": 45,
        "raw_products_json": 100,
        "raw_customers_json": 90,
        "raw_purchases_json": 200,
    }
    assert all(found.keys() == DOCUMENTED | {"seed", "as_of"} for found in first.values())
    again = metadata(run(settings))
    assert [found["objects_written"] for found in again.values()] == [0, 0, 0, 0]
    assert {name: found["as_of"] for name, found in again.items()} == {n: found["as_of"] for n, found in first.items()}


def test_a_run_that_a_schedule_started_generates_no_shop(settings: Settings, bucket):
    result = run(settings, tags=AUTOMATIC_TAGS)
    failures = [event.step_failure_data.user_failure_data for event in result.all_events if event.is_step_failure]
    assert {"is empty" in failure.description for failure in failures} == {True}
    assert keys(bucket) == set()


def test_no_phone_and_no_email_is_in_the_metadata(settings: Settings):
    result = run(settings, dirty_share=0.5, stores=9, products=9, customers=9, purchases=9)
    shown = " ".join(str(entry) for found in metadata(result).values() for entry in found.values())
    assert "Большая Пикча" in shown
    assert "@" not in shown
    assert "+7" not in shown


def test_a_small_folder_is_taken_over_and_reported_to_be_small(settings: Settings, tmp_path: Path, bucket):
    write(tmp_path / "stores" / "all.jsonl", *({"store_id": f"store-{number:03d}"} for number in range(20)), {})
    write(tmp_path / "customers" / "one.json", {"customer_id": "c", "purchase_location": {"store_id": "STORE-003"}})
    write(tmp_path / "purchases" / "damaged.json", "not an object")
    write(tmp_path / "purchases" / ".hidden.json", {})
    result = run(settings, source_folder=str(tmp_path))
    assert result.success
    found = metadata(result)
    counts = {name: found["raw_purchases_json"][name] for name in ("rows_in", "rows_out", "rejected")}
    assert counts == {"rows_in": 1, "rows_out": 1, "rejected": 0}, "the loader rejects and counts it"
    assert found["raw_purchases_json"]["unreadable"] == {"not a JSON object": 1}
    assert "purchases/.hidden.json: hidden" in str(found["raw_purchases_json"]["warnings"])
    assert "no products/" in str(found["raw_products_json"]["warnings"])
    assert found["raw_stores_json"]["without_id"] == 1
    assert failed_check(result, "purchases_count")["counted"] == 0
    stores = failed_check(result, "stores_count")
    assert (stores["counted"], stores["expected"], stores["without_id"]) == (20, "45", 1)
    assert "SHOP_EXPECTED_STORES" in str(stores["what_to_do"])
    without_customers = failed_check(result, "every_store_has_a_customer")
    assert without_customers["counted"] == 19
    assert without_customers["store_ids"] == [f"store-{number:03d}" for number in range(11) if number != 3]
    assert keys(bucket, "purchases/") == {"purchases/damaged.json"}


def test_an_import_into_a_generated_shop_is_warned_of_once_and_before_any_file_is_copied(
    settings: Settings, tmp_path: Path, bucket
):
    run(settings, stores=2, products=2, customers=2, purchases=2)
    for kind in KINDS:
        write(tmp_path / kind.name / "mine.json", {})
    with DagsterInstance.ephemeral() as instance:
        result = run(settings, instance, source_folder=str(tmp_path))
        said = [entry for entry in instance.all_logs(result.run_id) if entry.level == logging.WARNING]
    (warning,) = [entry for entry in said if "generated shop" in entry.user_message]
    assert "shop down --delete-data" in warning.user_message
    copied = [found.modified.timestamp() for found in bucket.list() if found.key.endswith("mine.json")]
    assert len(copied) == len(KINDS)
    # The store keeps whole seconds.
    assert int(warning.timestamp) <= min(copied)


def test_the_settings_give_the_limits_of_the_checks(settings: Settings):
    small = settings.model_copy(update={"expected_stores": 2, "minimum_products": 5, "minimum_purchases": 7})
    exactly = checks(run(small, stores=2, products=5, customers=3, purchases=7))
    assert all(exactly.values())
    one_more = checks(run(small, stores=3, products=6, customers=3, purchases=8))
    assert {name for name, passed in one_more.items() if not passed} == {"stores_count"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"source_folder": "/nowhere/at/all"}, "does not exist"),
        ({"customers": 0}, "at least 1 customer"),
        ({"as_of": "yesterday"}, "is not a date"),
        ({"as_of": "2999-01-01"}, "future"),
    ],
)
def test_what_cannot_be_done_fails_and_says_why(settings: Settings, config, message, bucket):
    result = run(settings, **config)
    assert not result.success
    failures = [event.step_failure_data.user_failure_data for event in result.all_events if event.is_step_failure]
    assert len(failures) == 4
    assert all(message in failure.description for failure in failures)
    assert keys(bucket) == set()


@pytest.mark.parametrize(
    "text", ["2026-05-01", "2026-05-01T12:00:00", "2026-05-02T01:00:00+03:00", "2026-05-01T00:00:00Z"]
)
def test_a_date_of_any_offset_is_taken_as_its_day_in_utc(text: str):
    assert LandingConfig(as_of=text).request().as_of == date(2026, 5, 1)


def test_defining_the_assets_imports_none_of_the_heavy_libraries():
    program = (
        "import sys\nimport shop_assets.landing.assets, shop_assets.landing.checks\n"
        "print([name for name in ('faker', 'polars', 'pyarrow', 'pyspark', 'chdb', 'pandas') if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
    assert output.strip() == "[]"
