"""Commands that people run beside the pipeline, each a function of an environment: retry, replay, compaction."""

from collections.abc import Callable
from typing import Final

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.resource import mongo_resource
from shop_assets.rejects.reject import Selection
from shop_assets.rejects.retrying import retry as retry_rejects
from shop_assets.rejects.search import find
from shop_assets.services import connect
from shop_assets.warehouse.raw.compaction import compact
from shop_assets_tests.faults.stages import RUN, ScenarioEnvironment, publish, warehouse


def retry(environment: ScenarioEnvironment) -> None:
    """Retries all open rejects; the source of none was fixed."""
    with connect(environment.settings) as services, ingestion_lease(services.database, "retry", RUN) as lease:
        retry_rejects(services, list(find(services.database, services.client, Selection())), lease)


def replay(environment: ScenarioEnvironment) -> None:
    publish(environment, "replay")


def compaction(environment: ScenarioEnvironment) -> None:
    with (
        mongo_resource(environment.settings).connect() as database,
        ingestion_lease(database, "compaction", RUN) as lease,
        warehouse(environment.settings) as client,
    ):
        compact(client, guard=lease.check)


MAINTENANCE: Final[dict[str, tuple[Callable[[ScenarioEnvironment], None], str]]] = {
    "retry": (retry, "mart"),
    "replay": (replay, "topics"),
    "compaction": (compaction, "mart"),
}
"""In the order in which they are disturbed, each with the stage that its work ends with: it may take about as long."""
