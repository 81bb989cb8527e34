"""ClickHouse's files in docker-compose.yml: who may do what. The server's own access control is not in the engine that
the tests run on; its grants are parsed there, and the rest is read."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets.warehouse.statements.sql_templates import normalised, read_folder
from shop_assets_tests.full_stack import compose_file

ENVIRONMENT = compose_file.services()["clickhouse"]["environment"]
USERS = ET.fromstring(ENVIRONMENT["USERS"])
NAMES = ("loader", "spark", "grafana", "analyst")


@pytest.fixture
def client(warehouse_settings: Settings) -> Iterator[Client]:
    """A client of a warehouse with its tables."""
    with clickhouse_resource(warehouse_settings).client() as client:
        apply_migrations(client)
        yield client


def grants(user: str) -> list[str]:
    return [query.text or "" for query in USERS.findall(f"users/{user}/grants/query")]


def granted_tables(user: str, right: str = "SELECT") -> set[str]:
    return {grant.rpartition(" ON ")[2] for grant in grants(user) if re.match(rf"GRANT ({right}|ALL)\b", grant)}


def test_there_are_four_users_with_passwords_and_no_default():
    users = {user.tag: user for user in USERS.findall("users/*")}
    assert users.keys() == {"default", *NAMES}
    assert users["default"].attrib == {"remove": "1"}
    for name in NAMES:
        variable = users[name].find("password").get("from_env")
        assert ENVIRONMENT[variable]


@pytest.mark.parametrize("name", NAMES)
def test_profiles_and_quotas_that_a_user_names_exist(name):
    for kind in ("profile", "quota"):
        assert USERS.find(f"{kind}s/{USERS.findtext(f'users/{name}/{kind}')}") is not None


@pytest.mark.parametrize("name", ["spark", "grafana", "analyst"])
def test_only_the_loader_may_write(name):
    assert USERS.findtext(f"profiles/{USERS.findtext(f'users/{name}/profile')}/readonly") == "2"
    assert all(grant.startswith("GRANT SELECT ON ") for grant in grants(name))


def test_an_analyst_sees_what_mart_says_and_neither_raw_nor_the_rejects():
    documents = {view for view in views_of_mart() if "reject" not in view} | {"mart.customer_features"}
    assert granted_tables("analyst") == documents


@pytest.mark.parametrize("name", ["analyst", "spark"])
def test_no_table_with_the_text_of_documents_is_granted_to_people_or_to_spark(name, client: Client):
    text_columns = client.query(
        "SELECT DISTINCT database || '.' || table FROM system.columns "
        "WHERE database IN ('raw', 'mart') AND name IN ('payload', 'rejected_payload')"
    ).result_rows
    assert {"raw.customers", "mart.customer_versions", "mart.rejects"} <= {table for (table,) in text_columns}
    assert granted_tables(name).isdisjoint({table for (table,) in text_columns} | {"mart.*", "raw.*", "*.*"})


def test_the_views_of_mart_read_with_the_rights_of_their_creator(client: Client):
    for view in views_of_mart():
        (created,) = client.query(f"SHOW CREATE VIEW {view}").result_rows[0]
        assert "SQL SECURITY DEFINER" in created, view


def views_of_mart() -> set[str]:
    makes = re.compile(r"CREATE OR REPLACE VIEW (\S+)")
    made = [makes.match(normalised(file.statement)) for file in read_folder("mart")]
    return {found[1] for found in made if found}


def test_spark_sees_what_the_features_need_and_grafana_raw_too():
    assert granted_tables("spark") == {"mart.customers", "mart.baskets"}
    assert granted_tables("grafana") == {"mart.*", "raw.*", "system.*"}


def test_the_engine_can_parse_every_grant(stack_settings: Settings):
    with (
        clickhouse_resource(stack_settings).process_config_and_initialize_cm() as warehouse,
        warehouse.client() as client,
    ):
        for name in NAMES:
            for grant in grants(name):
                whole = {"grant": f"{grant} TO {name}"}  # in a user's own configuration the user is left out
                assert (
                    client.command("SELECT formatQuerySingleLine({grant:String})", parameters=whole) == whole["grant"]
                )


def test_the_server_configuration_is_well_formed_and_writes_its_log_to_docker():
    server = ET.fromstring(ENVIRONMENT["CONFIG"])
    assert server.findtext("logger/console") == "1"
    assert server.findtext("listen_host") == "0.0.0.0"
