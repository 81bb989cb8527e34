"""A place for each run of a scenario: databases, topics and buckets without anything in them."""

from dataclasses import dataclass
from pathlib import Path

from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS
from shop_assets.settings import Settings
from shop_assets_tests.faults.scenario import DAYS, empty_source
from shop_assets_tests.faults.stages import ScenarioEnvironment, stores
from shop_assets_tests.isolation import clear_warehouse, empty_warehouse
from shop_assets_tests.kafka_clients import delete_topics


@dataclass
class Environments:
    """Makes environments on the services of `settings`, one after the other; `folder` is for the source documents.

    Databases of MongoDB and topics are new each time. Buckets are emptied and used again: SeaweedFS has volumes for
    only some seventy of them. `environment` is the last one.
    """

    settings: Settings
    folder: Path
    _count: int = 0
    environment: ScenarioEnvironment | None = None

    def new_environment(self, *, with_tables: bool = True) -> ScenarioEnvironment:
        """An empty environment that replaces the last one; without tables in the warehouse the first run makes them."""
        self.clear()
        self._count += 1
        own: dict[str, object] = {
            "mongo_database": f"{self.settings.mongo_database}_{self._count}",
            "kafka_topic_prefix": f"{self.settings.kafka_topic_prefix}{self._count}.",
        }
        environment = self.environment = ScenarioEnvironment(
            self.settings.model_copy(update=own), self.folder / "source", DAYS
        )
        empty_source(environment)
        if with_tables:
            clear_warehouse(environment.settings)
        else:
            empty_warehouse(environment.settings)
        return environment

    def clear(self) -> None:
        """Removes what the last environment holds, but for the warehouse, which the next one clears."""
        if self.environment is None:
            return
        settings = self.environment.settings
        with mongo_resource(settings).connect() as database:
            database.client.drop_database(database.name)
        delete_topics(settings, *KINDS)
        with stores(settings) as store:
            for bucket in (store.landing(), store.features(), store.reports()):
                bucket.delete([found.key for found in bucket.list()])
