"""The files of sql/ for a cluster: what they would make there, as the engine itself reads it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest
from clickhouse_connect.driver.binding import format_str
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets.warehouse.mart.current_values import show_newer
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import FOLDERS
from shop_assets.warehouse.statements.sql_lint import EXAMPLES
from shop_assets.warehouse.statements.sql_templates import SqlFile, normalised, read_folder

FILES = [file for folder in FOLDERS for file in read_folder(folder, EXAMPLES)]
IN_MEMORY = "mart/36_current_values"
"""Each replica makes it from a replicated table."""


@dataclass
class Recorder:
    """A client that notes statements, because there is no cluster here."""

    statements: list[str] = field(default_factory=list)

    def command(self, statement: str) -> None:
        self.statements.append(statement)


@pytest.fixture(scope="module")
def engine(stack_settings: Settings) -> Iterator[Client]:
    """It only parses: the warehouse is not looked at."""
    with clickhouse_resource(stack_settings).client() as client:
        yield client


def parsed(client: Client, statement: str) -> str:
    return str(client.command(f"SELECT formatQuerySingleLine({format_str(statement)})"))


def test_each_replica_takes_the_pairs_of_a_rotation_when_it_has_all_of_them(engine: Client) -> None:
    recorder = Recorder()
    show_newer(cast("Client", recorder), "shop")
    assert [parsed(engine, statement).split(" (")[0] for statement in recorder.statements] == [
        "SYSTEM SYNC REPLICA ON CLUSTER shop mart.rotated_values",
        "CREATE OR REPLACE TABLE mart.current_values ON CLUSTER shop",
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_a_file_makes_is_made_on_the_whole_cluster(engine: Client, file: SqlFile) -> None:
    made = parsed(engine, file.statement_on("shop"))
    before_its_body = re.split(r" (?:AS|TO) |\(", made, maxsplit=1)[0]
    # Rows come to all servers by replication.
    assert before_its_body.count("ON CLUSTER shop") == (0 if made.startswith("INSERT") else 1)
    assert parsed(engine, file.statement) == (
        made.replace(" ON CLUSTER shop", "")
        .replace("ENGINE = Replicated", "ENGINE = ")
        .replace(", replicated_deduplication_window_seconds = 604800", "")
        .replace("SETTINGS replicated_", "SETTINGS non_replicated_")
    )


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if "ENGINE =" in file.statement and file.name != IN_MEMORY],
    ids=lambda file: file.name,
)
def test_every_table_is_replicated_and_remembers_inserted_blocks_in_keeper(file: SqlFile) -> None:
    made = normalised(file.statement_on("shop"))
    assert re.search(r"ENGINE = Replicated(Replacing)?MergeTree", made)
    assert "non_replicated" not in made
    if "non_replicated" in file.statement:
        assert "replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800" in made


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_single_server_gets_neither_a_cluster_nor_replicated_engines(file: SqlFile) -> None:
    assert file.statement_on(None) == file.statement
    assert not re.search(r"ON CLUSTER|ENGINE = Replicated| replicated_deduplication", file.statement)
