"""What a person starts beside the runs, each as one function of a scene: a retry of rejects, a replay, a compaction."""

from collections.abc import Callable
from typing import Final

from shop_assets.coordination.lease import hold
from shop_assets.document_store.resource import mongo_resource
from shop_assets.rejects.reject import Selection
from shop_assets.rejects.retrying import retry as retry_rejects
from shop_assets.rejects.search import find
from shop_assets.rejects.services import connect
from shop_assets.warehouse.compaction import compact
from shop_assets_tests.faults.stages import RUN, Scene, publish, warehouse


def retry(scene: Scene) -> None:
    """Retries all open rejects; the source of none was fixed."""
    with connect(scene.settings) as services, hold(services.database, "retry", RUN) as lease:
        retry_rejects(services, list(find(services.database, services.client, Selection())), guard=lease.check)


def replay(scene: Scene) -> None:
    publish(scene, "replay")


def compaction(scene: Scene) -> None:
    with (
        mongo_resource(scene.settings).connect() as database,
        hold(database, "compaction", RUN) as lease,
        warehouse(scene.settings) as client,
    ):
        compact(client, guard=lease.check)


UPKEEP: Final[dict[str, tuple[Callable[[Scene], None], str]]] = {
    "retry": (retry, "mart"),
    "replay": (replay, "topics"),
    "compaction": (compaction, "mart"),
}
"""In the order in which they are disturbed, each with the stage that its work ends with: it may take about as long."""
