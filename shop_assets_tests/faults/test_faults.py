"""The smaller part of `make faults`: a kill in each stage of two phases and in maintenance; a loss is noticed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shop_assets.document_store.resource import mongo_resource
from shop_assets.report.csv_report import report_key
from shop_assets.settings import Settings
from shop_assets_tests.faults.campaign import Campaign
from shop_assets_tests.faults.comparison import differences
from shop_assets_tests.faults.kills import Kill
from shop_assets_tests.faults.maintenance import MAINTENANCE
from shop_assets_tests.faults.points import POINTS
from shop_assets_tests.faults.reference import differences_from, read_state
from shop_assets_tests.faults.rounds import INGESTING
from shop_assets_tests.faults.stages import STAGES, ScenarioEnvironment, stores, warehouse
from shop_assets_tests.features.published import publish_by_hand, row, rows_table
from shop_assets_tests.isolation import isolated

SEED = 6

# The first test waits for a run without kills and one with them.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def campaign(stack_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    settings = isolated(stack_settings)
    campaign = Campaign(settings, tmp_path_factory.mktemp("faults"), SEED, phases=2, reports=False)
    campaign.play()
    yield campaign
    campaign.environments.clear()
    with stores(settings) as store:
        for bucket in (store.landing(), store.features(), store.reports()):
            bucket.client.delete_bucket(Bucket=bucket.name)


@pytest.fixture
def environment(campaign: Campaign) -> ScenarioEnvironment:
    """The shop as the campaign left it; what a test damages stays damaged."""
    assert campaign.environments.environment is not None
    return campaign.environments.environment


def test_killed_once_in_every_stage_and_in_upkeep_a_shop_is_what_it_would_have_been(campaign: Campaign) -> None:
    assert campaign.tally.complaints == []
    assert campaign.tally.total.kills >= 11
    assert campaign.tally.is_clean, campaign.tally.table()
    assert {title.split(":")[0] for title in campaign.tally.lines} == {*INGESTING, *MAINTENANCE}


@pytest.mark.parametrize(
    ("stage", "title"),
    [("load", "between rows and swap"), ("load", "after the swap"), ("report", "during the PUT")],
)
def test_killed_behind_spark_a_published_day_reaches_the_warehouse_and_the_report(
    campaign: Campaign, environment: ScenarioEnvironment, stage: str, title: str
) -> None:
    environment = replace(environment, days=environment.days[:1])
    with stores(environment.settings) as store:
        tables = [rows_table(row("a", "bulk_buyer"), row("b")), rows_table(row("c"))]
        publish_by_hand(store.features(), environment.days[0], tables)
    assert campaign.forks.run(STAGES[stage], environment).succeeded
    expected = read_state(environment, [stage])
    assert all(name.total() >= 3 for name in expected.values())
    (point,) = [found for found in POINTS if (found.stage, found.name) == (stage, title)]
    kill = Kill(point.function, point.moment, point.calls.start, victim=point.victim)
    assert campaign.forks.run(STAGES[stage], environment, kill=kill).struck
    assert campaign.forks.run(STAGES[stage], environment).succeeded
    assert differences(expected, read_state(environment, [stage])) == []


def test_a_row_that_mart_lost_is_noticed(campaign: Campaign, environment: ScenarioEnvironment) -> None:
    with warehouse(environment.settings) as client:
        lost = str(client.command("SELECT min(product_id) FROM mart.products"))
        client.command(f"DELETE FROM mart.product_versions WHERE id = '{lost}'")
    found = {one.name: one for one in differences_from(campaign.reference[-1], environment, ["mart"])}
    assert [name for name, _ in found["mart.products"].lost] == [lost]
    assert found["mart.products"].duplicated.total() == 0


def test_an_offset_that_raw_has_twice_or_not_at_all_is_noticed(
    campaign: Campaign, environment: ScenarioEnvironment
) -> None:
    with warehouse(environment.settings) as client:
        client.command("INSERT INTO raw.stores SELECT * FROM raw.stores ORDER BY kafka_offset LIMIT 2")
        lost = client.command("SELECT max(kafka_offset) FROM raw.customers WHERE kafka_partition = 0")
        client.command(f"DELETE FROM raw.customers WHERE kafka_offset = {lost} AND kafka_partition = 0")
    found = {one.name: one for one in differences_from(campaign.reference[-1], environment, ["raw"])}
    assert found["offsets in RAW"].duplicated.total() == 2
    assert found["offsets in RAW"].lost.total() == 1


def test_a_document_that_changed_or_is_gone_in_mongodb_is_noticed(
    campaign: Campaign, environment: ScenarioEnvironment
) -> None:
    with mongo_resource(environment.settings).connect() as database:
        gone, changed = [found["_id"] for found in database["stores"].find().limit(2)]
        database["stores"].delete_one({"_id": gone})
        database["stores"].update_one({"_id": changed}, {"$set": {"store_name": "another"}})
    (found,) = differences_from(campaign.reference[-1], environment, ["documents"])
    assert {name for name, _ in found.lost} == {gone, changed}
    assert [name for name, _ in found.duplicated] == [changed]


def test_a_csv_that_differs_in_one_byte_or_is_gone_is_noticed(environment: ScenarioEnvironment) -> None:
    with stores(environment.settings) as store:
        first, second = (report_key(day) for day in environment.days)
        for key in (first, second):
            store.reports().put(key, b"customer_id,bulk_buyer\na,1\nb,0\n", "text/csv")
        expected = read_state(environment, ["report"])
        store.reports().put(first, b"customer_id,bulk_buyer\na,1\nb,1\n", "text/csv")
        store.reports().delete([second])
    changed, gone = differences(expected, read_state(environment, ["report"]))
    assert [name for name, _ in changed.lost] == ["line 3"]
    assert changed.duplicated.total() == 1
    assert gone.lost.total() == 4
