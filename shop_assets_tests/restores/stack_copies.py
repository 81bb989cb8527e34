"""A stack with two copies of all that it keeps: an earlier state and a later one, to be mixed service by service."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import dagster as dg
import orjson

from shop_assets.build import build_definitions
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS
from shop_assets.embedded.stack import Stack
from shop_assets.orchestration.asset_keys import RAW_JSON, count_check, duplicate_ratio_check
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource

State = Literal["earlier", "nothing"]
Names = dict[str, dict[str, str]]
"""One value of each document, by kind and id."""

KEY_RING: Final = "key ring"
SERVICES: Final = ("s3", "mongo", "kafka", "clickhouse", KEY_RING)

NOT_JUDGED: Final = frozenset(name(kind) for kind in KINDS for name in (count_check, duplicate_ratio_check))
"""Checks that say nothing here: the shop is small, and its documents sent a third time are mostly duplicates."""


@dataclass
class CopiedStack:
    """The stack, the folder of its copies, and the folder from which its documents are delivered."""

    stack: Stack
    copies: Path
    source: Path

    def copy(self, name: str) -> None:
        """Stops the stack and keeps what it has."""
        self.stack.down()
        target = self.copies / name
        shutil.copytree(self.stack.home.root / "data", target / "data", symlinks=True)
        shutil.copy2(self.stack.home.credentials, target)

    def start(self, replaced: Mapping[str, State]) -> None:
        """Starts it in the later state, with some services restored."""
        home = self.stack.home
        self.stack.down()
        shutil.rmtree(home.root / "data")
        shutil.copytree(self.copies / "later" / "data", home.root / "data", symlinks=True)
        shutil.copy2(self.copies / "later" / home.credentials.name, home.root)
        for service, state in replaced.items():
            if service == KEY_RING:
                self._replace_key_ring(state)
                continue
            shutil.rmtree(home.data(service))
            if state == "earlier":
                shutil.copytree(self.copies / "earlier" / "data" / service, home.data(service), symlinks=True)
        self.stack.up()

    def _replace_key_ring(self, state: State) -> None:
        file = self.stack.home.credentials
        credentials = json.loads(file.read_text())
        del credentials["pii_keys"]  # the stack makes a new one
        if state == "earlier":
            credentials["pii_keys"] = json.loads((self.copies / "earlier" / file.name).read_text())["pii_keys"]
        file.write_text(json.dumps(credentials))

    def run(self) -> str:
        """Everything up to MART, with its checks; returns what failed, nothing if nothing did."""
        landing = {
            key.to_python_identifier(): {"config": {"source_folder": str(self.source)}} for key in RAW_JSON.values()
        }
        with dg.DagsterInstance.ephemeral() as instance:
            result = (
                build_definitions(Settings.load())
                .resolve_job_def("ingest")
                .execute_in_process(
                    instance=instance,
                    run_config={"ops": landing, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                    raise_on_error=False,
                )
            )
            failures = [str(event.step_failure_data.error) for event in result.get_step_failure_events()]
            failed = [
                f"{check.check_name}: {check.description}"
                for check in result.get_asset_check_evaluations()
                if not check.passed
                and check.severity is dg.AssetCheckSeverity.ERROR
                and check.check_name not in NOT_JUDGED
            ]
        return "\n".join([*failed, *failures])


def in_mongodb() -> Names:
    """What the collections hold, as MART writes it."""
    fields = {"stores": "store_name", "products": "name", "customers": "first_name", "purchases": "total_amount"}
    with mongo_resource(Settings.load()).connect() as database:
        return {
            kind: {str(document["_id"]).lower(): _written(document[field]) for document in database[kind].find()}
            for kind, field in fields.items()
        }


def in_mart() -> Names:
    """What MART shows."""
    columns = {
        "stores": "store_id, store_name",
        "products": "product_id, name",
        "customers": "customer_id, first_name",
        "purchases": "purchase_id, toFloat64(total_amount)",
    }
    with clickhouse_resource(Settings.load()).client() as client:
        return {
            kind: {
                str(document_id): _written(value)
                for document_id, value in client.query(f"SELECT {selected} FROM mart.{kind}").result_rows
            }
            for kind, selected in columns.items()
        }


def _written(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, int | float) else str(value).strip().lower()


def write_document(folder: Path, kind: str, name: str, document: Mapping[str, Any]) -> None:
    """A document in a file of its own."""
    path = folder / kind
    path.mkdir(parents=True, exist_ok=True)
    (path / f"{name}.json").write_bytes(orjson.dumps(document))
