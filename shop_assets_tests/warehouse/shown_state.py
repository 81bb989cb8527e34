"""MART held against a state of MongoDB: documents by kind's name and id, as `random_histories.py` makes them."""

from collections.abc import Mapping

from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import KIND_BY_NAME, KINDS
from shop_assets_tests.warehouse.random_histories import MARKER_COLUMN, Body, is_rejected, marker

State = Mapping[str, Mapping[str, Body]]
Rows = set[tuple[object, ...]]


def rows(client: Client, statement: str) -> Rows:
    answer = client.query(statement).result_rows
    found = {tuple(row) for row in answer}
    assert len(found) == len(answer), "MART shows a row twice"
    return found


def shown(client: Client) -> dict[str, Rows]:
    """What MART shows of each kind: ids, which version it is, and a purchase's lines wherever they are shown."""
    found = {
        kind.name: rows(client, f"SELECT {kind.singular}_id, {MARKER_COLUMN[kind.name]} FROM mart.{kind.name}")
        for kind in KINDS
    }
    found["lines"] = rows(client, "SELECT purchase_id, line_number, product_id FROM mart.purchase_items")
    found["baskets"] = rows(client, "SELECT purchase_id, line_count FROM mart.baskets")
    return found


def open_rejects(client: Client) -> Rows:
    return rows(client, "SELECT kind, id FROM mart.open_rejects")


def expected(state: State) -> dict[str, Rows]:
    clean = {
        kind.name: {name: body for name, body in state[kind.name].items() if not is_rejected(kind, body)}
        for kind in KINDS
    }
    found: dict[str, Rows] = {
        kind: {(name, marker(KIND_BY_NAME[kind], body)) for name, body in bodies.items()}
        for kind, bodies in clean.items()
    }
    found["lines"] = {
        (name, number, line["product_id"])
        for name, body in clean["purchases"].items()
        for number, line in enumerate(body["items"], start=1)
    }
    found["baskets"] = {(name, len(body["items"])) for name, body in clean["purchases"].items()}
    return found


def assert_mart_shows(client: Client, state: State) -> None:
    """MART shows exactly these documents, and among the open rejects exactly those of them that it keeps back."""
    wanted = expected(state)
    for what, found in shown(client).items():
        assert found == wanted[what], what
    assert open_rejects(client) == {
        (kind.name, name) for kind in KINDS for name, body in state[kind.name].items() if is_rejected(kind, body)
    }
