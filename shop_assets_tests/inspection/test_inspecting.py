"""`shop inspect` finds before a delivery what a run would find after it, and shows nobody's data."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shop_assets.settings import variable
from shop_assets_tests.bad_input.delivery import document
from shop_assets_tests.cli.terminal import CONTROL_SEQUENCE, Terminal

Documents = dict[str, list[dict[str, Any]]]

PHONE = "+7 900 123-45-67"
CUSTOMER = {"registration_date": "2025-01-10T09:00:00Z", "is_loyalty_member": True, "loyalty_card_number": "L-1"}
LINE = {"sku": "p-1", "category": "Молочные", "quantity": 1, "price_per_unit": 80, "total_price": 80}
RECEIPT = {
    "customer": {"customer_id": "c-1", "phone": PHONE},
    "store": {"store_id": "s-1"},
    "items": [LINE],
    "sum": 8000,
    "payment_method": "card",
    "purchase_datetime": "2026-01-20T11:00:00Z",
}
SHOP: Documents = {
    "stores": [{"store_id": "s-1", "store_name": "Лавка", "store_network": "Сеть", "location": {"city": "Псков"}}],
    "products": [{"id": "p-1", "name": "Кефир", "group": "Молочные", "price": 80, "is_organic": True}],
    "customers": [
        {"customer_id": "c-1", PHONE: 1} | CUSTOMER,
        {"customer_id": 1001} | CUSTOMER,
        {"customer_id": "c-3", "registration_date": PHONE},
    ],
    "purchases": [
        {"order_id": "o-1"} | RECEIPT,
        {"order_id": "o-2", "is_delivery": True} | RECEIPT,
        {"order_id": "o-3", "is_delivery": "возможно"} | RECEIPT | {"customer": {"customer_id": "c-9"}},
        {"order_id": "o-4", "status": "cancelled"} | RECEIPT,
    ],
}
MAPPING = """
[purchases.fields]
order_id = "purchase_id"
sum = "total_amount"
"items[].sku" = "items[].product_id"
[purchases.divisors]
total_amount = 100
[customers]
texts = ["customer_id"]
"""


def deliver(folder: Path, documents: Documents) -> Path:
    for kind, listed in documents.items():
        (folder / kind).mkdir(parents=True)
        lines = "\n".join(json.dumps(document, ensure_ascii=False) for document in listed)
        (folder / kind / "all.jsonl").write_text(lines, encoding="utf-8")
    return folder


def inspect(folder: Path, *options: str, is_on_terminal: bool = False) -> tuple[int, str]:
    """In a process of its own: the engine that it loads would stay in this one."""
    command = [sys.executable, "-c", "from shop_assets.cli import main; main()", "inspect", str(folder), *options]
    terminal = {"TTY_COMPATIBLE": "1", "COLUMNS": "80"} if is_on_terminal else {}
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **terminal}
    )
    assert "Traceback" not in result.stderr
    output = CONTROL_SEQUENCE.sub("", result.stdout + result.stderr)
    assert "900" not in output
    return result.returncode, output


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = deliver(tmp_path_factory.mktemp("source"), SHOP)
    (folder / "notes.txt").write_text("to do")
    return folder


@pytest.fixture(scope="module")
def shown(source: Path) -> str:
    """What is printed about it where no terminal is."""
    return inspect(source)[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return deliver(tmp_path_factory.mktemp("whole"), WHOLE)


@pytest.fixture(scope="module")
def whole_shown(whole: Path) -> str:
    return inspect(whole)[1]


def test_everything_that_would_be_wrong_is_found_without_a_stack(source: Path):
    code, output = inspect(source, "--json")
    found = json.loads(output)
    assert (code, found["is_clean"]) == (1, False)
    assert {kind["kind"]: (kind["files"], kind["documents"]) for kind in found["kinds"]} == {
        "stores": (1, 1), "products": (1, 1), "customers": (1, 3), "purchases": (1, 4),
    }  # fmt: skip
    rejects = {(reject["kind"], reject["by"], reject["reason"]): reject["documents"] for reject in found["rejects"]}
    assert rejects == {
        ("customers", "the loader", "id is not a text: a number"): 1,
        ("customers", "MART", "registration_date: unreadable"): 1,
        ("purchases", "the loader", "id is missing or blank"): 4,
    }
    firsts = {reject["reason"]: reject["first"] for reject in found["rejects"]}
    assert firsts["registration_date: unreadable"] == "customers/all.jsonl, 3"
    assert firsts["id is missing or blank"] == "purchases/all.jsonl, 1"
    purchases = {one["field"]: one["documents"] for one in found["kinds"][3]["fields"]}
    assert (purchases["customer.customer_id"], purchases["is_delivery"], purchases["total_amount"]) == (4, 2, 0)
    assert found["kinds"][3]["other_fields"] == {
        "order_id": 4, "sum": 4, "items[].sku": 4, "status": 1,
    }  # fmt: skip
    assert found["left_out"] == ["notes.txt: no folder or file of one of the four kinds"]
    assert {"bulk_buyer", "delivery_user"} <= {one["feature"] for one in found["silent_features"]}
    assert found["proposed_mapping"].split("\n") == [
        "[customers]",
        'texts = ["customer_id"]',
        "",
        "[purchases.fields]",
        '"order_id" = "purchase_id"',
        '"items[].sku" = "items[].product_id"',
        '"sum" = "total_amount"',
    ]


def test_a_mapping_is_tried_before_it_is_used(source: Path, tmp_path: Path):
    mapping = tmp_path / "shop.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    code, text = inspect(source, "--mapping", str(mapping), is_on_terminal=True)
    assert code == 1
    assert max(map(len, text.splitlines())) <= 80
    shown = " ".join(text.split())
    assert "1 customer by MART: registration_date: unreadable (first: customers/all.jsonl, 3)" in shown
    assert "by the loader" not in shown
    assert "purchases of unknown customers: 1 (o-3)" in shown
    assert "Changed by the mapping shop.toml" in shown
    assert "total_amount / 100: 4" in shown
    assert "1 purchase: is_delivery, neither yes nor no, for example яяяяяяяя" in shown
    assert "purchases: status" in shown.partition("Would be excluded")[2]
    assert "delivery_user" not in shown
    assert "Proposed mapping" not in shown


def test_kopecks_days_alone_and_deliveries_that_are_excluded_are_found(tmp_path: Path):
    line = LINE | {"product_id": "p-1"}
    receipt = RECEIPT | {"items": [line, line | {"voided": True}], "purchase_datetime": "2026-01-20 00:00:00"}
    days = [receipt | {"purchase_id": f"o-{number}", "total_amount": 80} for number in range(10)]
    kopecks = [receipt | {"purchase_id": f"k-{number}", "total_amount": 8000, "items": [line]} for number in range(10)]
    folder = deliver(tmp_path / "days", SHOP | {"purchases": days + kopecks})
    found = json.loads(inspect(folder, "--json")[1])
    assert [(one["compared"], one["wrong"], one["factor"]) for one in found["amounts"]] == [(10, 10, 100)]
    assert found["voided_lines"] == 10
    silent = {one["feature"]: one["columns"] for one in found["silent_features"]}
    hours = {name for name, columns in silent.items() if "the time of purchases.purchase_datetime" in columns}
    assert hours == {"night_shopper", "morning_shopper", "early_bird"}
    excluded = [receipt | {"purchase_id": f"o-{number}", "total_amount": 80, "status": "draft"} for number in range(3)]
    _, text = inspect(deliver(tmp_path / "drafts", SHOP | {"purchases": excluded}))
    assert "Every document of purchases would be excluded" in " ".join(text.split())


@pytest.mark.parametrize(
    ("copies", "status", "more", "kinds"),
    [
        (1, "draft", {}, ["purchases"]),
        (3, "paid", {}, []),
        (1, "draft", {"purchase_datetime": "soon"}, ["purchases"]),
        (1, "paid", {"purchase_datetime": "soon"}, []),
    ],
)
def test_a_kind_is_wholly_excluded_whatever_copies_of_its_documents_there_are(
    tmp_path: Path, copies: int, status: str, more: dict[str, str], kinds: list[str]
):
    """All but one purchase are drafts, and the first of them is delivered several times."""
    drafts = [RECEIPT | {"purchase_id": f"o-{number}", "total_amount": 80, "status": "draft"} for number in range(4)]
    other = RECEIPT | {"purchase_id": "o-9", "total_amount": 80, "status": status} | more
    folder = deliver(tmp_path / "shop", SHOP | {"purchases": [drafts[0]] * copies + [*drafts, other]})
    assert json.loads(inspect(folder, "--json")[1])["wholly_excluded_kinds"] == kinds


def test_documents_that_go_with_a_rejected_object_are_counted_as_the_loader_counts_them(tmp_path: Path):
    folder = deliver(tmp_path / "pages", {kind: [document(kind, "x-1")] for kind in SHOP})
    two = [document("customers", f"x-{number}") for number in (2, 3)]
    (folder / "customers" / "a.json").write_text(json.dumps({"deleted": two}))
    (folder / "customers" / "b.json").write_text(json.dumps({"Лист1": two, "Лист2": two}))
    found = json.loads(inspect(folder, "--json")[1])
    assert [(one["reason"][:12], one["documents"]) for one in found["rejects"]] == [
        ("id is missin", 4),
        ("wrapper name", 2),
    ]
    assert [kind["documents"] for kind in found["kinds"]] == [1, 1, 7, 1]


def test_the_first_reject_of_mart_has_its_place_whatever_files_come_before_it(tmp_path: Path):
    folder = deliver(tmp_path / "shop", {kind: [document(kind, "x-1")] for kind in SHOP})
    late = folder / "customers" / "late.json"
    bad = [document("customers", f"x-{number}") | {"registration_date": "soon"} for number in (2, 3)]
    late.write_text(json.dumps([document("customers", "x-4"), *bad]))
    os.utime(late, (2_000_000_000, 2_000_000_000))
    (reject,) = json.loads(inspect(folder, "--json")[1])["rejects"]
    assert (reject["documents"], reject["first"]) == (2, "customers/late.json, 2")


def test_a_document_with_two_faults_is_one_that_is_rejected(tmp_path: Path):
    bad = document("purchases", "x-2") | {"purchase_datetime": "soon", "total_amount": "much"}
    folder = deliver(tmp_path / "shop", {kind: [document(kind, "x-1")] for kind in SHOP})
    (folder / "purchases" / "bad.jsonl").write_text(f'{json.dumps(bad)}\n{{"purchase_id": "x-3", "tot\n')
    found = json.loads(inspect(folder, "--json")[1])
    assert [(reject["by"], reject["documents"]) for reject in found["rejects"]] == [
        ("the loader", 1), ("MART", 1), ("MART", 1),
    ]  # fmt: skip
    assert {kind["kind"]: (kind["documents"], kind["rejected"]) for kind in found["kinds"]} == {
        "stores": (1, 0), "products": (1, 0), "customers": (1, 0), "purchases": (3, 2),
    }  # fmt: skip


def test_a_page_that_says_that_more_follow_is_named(tmp_path: Path):
    folder = deliver(tmp_path / "pages", {kind: [document(kind, "x-1")] for kind in SHOP})
    page = {"data": [document("customers", "x-2")], "meta": {"total": 40, "per_page": 1}}
    (folder / "customers" / "page.json").write_text(json.dumps(page))
    code, output = inspect(folder, "--json")
    found = {kind["kind"]: kind["incomplete_pages"] for kind in json.loads(output)["kinds"]}
    assert code == 1
    assert found == {"stores": "", "products": "", "customers": "2 of 40 documents", "purchases": ""}
    assert "customers: 2 of 40 documents" in inspect(folder)[1]


def test_groups_contacts_and_documents_that_disagree_are_named_as_a_run_counts_them(tmp_path: Path):
    line, other = LINE | {"product_id": "p-1"}, LINE | {"product_id": "p-1", "price_per_unit": 20, "total_price": 20}
    purchases = [RECEIPT | {"purchase_id": f"o-{number}", "total_amount": 80, "items": [line]} for number in range(3)]
    customers = [SHOP["customers"][0] | {"phone": "не помню", "email": "anna@example .com"}]
    products = [*SHOP["products"], SHOP["products"][0] | {"id": "p-2", "group": "Сырки"}]
    shop = SHOP | {"customers": customers, "products": products, "purchases": [*purchases, purchases[0]]}
    folder = deliver(tmp_path / "shop", shop)
    found = json.loads(inspect(folder, "--json")[1])
    assert found["disagreements"] == []  # a copy
    (folder / "purchases" / "b.json").write_text(json.dumps(purchases[1] | {"total_amount": 90}))
    lines = [purchases[2] | {"items": items} for items in ([other], [line, other], [line])]
    (folder / "purchases" / "c.jsonl").write_text("\n".join(map(json.dumps, lines)))
    code, output = inspect(folder, "--json")
    found = json.loads(output)
    assert code == 1
    assert [(one["what"][:9], one["ids"], one["examples"]) for one in found["disagreements"]] == [
        ("two files", 1, ["o-1"]),
        ("one file ", 1, ["o-2"]),
    ]
    assert [(one["place"], one["label"], one["occurrences"]) for one in found["unknown_groups"]] == [
        ("products", "сырки", 1),
    ]
    assert [(one["field"], one["values"], one["example"]) for one in found["irregular_contacts"]] == [
        ("phone", 1, "яя яяяяя"),
        ("email", 1, "aaaa@aaaaaaa .aaa"),
    ]
    text = " ".join(inspect(folder)[1].split())
    assert "1 in products: сырки" in text
    assert "1 value of customers.phone, for example яя яяяяя" in text
    assert "1 id of purchases: two files have different documents (o-1)" in text


def test_a_document_that_a_newer_file_changes_is_shown_and_nothing_wrong(tmp_path: Path):
    folder = deliver(tmp_path / "shop", SHOP)
    before = json.loads(inspect(folder, "--json")[1])
    changed = SHOP["customers"][0] | {"first_name": "Мария"}
    (folder / "customers" / "b.json").write_text(json.dumps(changed))
    after = json.loads(inspect(folder, "--json")[1])
    assert [(one["kind"], one["ids"]) for one in after["disagreements"]] == [("customers", 1)]
    assert after["is_clean"] == before["is_clean"]


def test_a_clean_folder_ends_with_0_and_wrong_input_with_2(tmp_path: Path):
    folder = deliver(tmp_path / "clean", {kind: [document(kind, "x-1")] for kind in SHOP})
    code, output = inspect(folder, "--json")
    found = json.loads(output)
    assert found["rejects"] == []
    assert code == (0 if found["is_clean"] else 1)
    (tmp_path / "empty").mkdir()
    assert inspect(tmp_path / "empty")[0] == 2
    assert inspect(tmp_path / "missing")[0] == 2
    mapping = tmp_path / "wrong.toml"
    mapping.write_text("[purchases.fields]\nsum = 'total'\n")
    code, output = inspect(folder, "--mapping", str(mapping))
    assert code == 2
    assert "line 2" in output


WHOLE: Documents = SHOP | {
    "customers": [{"customer_id": "c-1"} | CUSTOMER],
    "purchases": [
        RECEIPT | {"purchase_id": f"o-{number}", "total_amount": 80, "items": [LINE | {"product_id": "p-1"}]}
        for number in range(3)
    ],
}


def test_a_phone_in_a_comment_is_counted_where_a_run_would_warn_of_it(tmp_path: Path):
    commented = [one | {"comment": f"звонить {PHONE}"} for one in WHOLE["purchases"]]
    folder = deliver(tmp_path / "shop", WHOLE | {"purchases": [*commented[:2], WHOLE["purchases"][2]]})
    code, output = inspect(folder, "--json")
    found = json.loads(output)
    assert (code, found["is_clean"]) == (1, False)
    assert found["personal_data_elsewhere"] == {"purchases.comment": 2}
    text = inspect(folder)[1]
    assert "purchases.comment: 2" in text.partition("Personal data in other fields")[2]


def test_the_settings_for_the_counts_are_a_line_to_copy_unless_they_allow_for_them(
    whole: Path, whole_shown: str, monkeypatch: pytest.MonkeyPatch
):
    line = "export SHOP_EXPECTED_STORES=1 SHOP_MINIMUM_PRODUCTS=1 SHOP_MINIMUM_PURCHASES=3"
    assert line in whole_shown.splitlines()
    for assignment in line.split()[1:]:
        monkeypatch.setenv(*assignment.split("="))
    assert "export" not in inspect(whole)[1]
    assert json.loads(inspect(whole, "--json")[1])["expected_counts"] == {}


def test_a_kind_of_which_nothing_would_load_is_one_line_and_the_mapping_is_above_the_features(shown: str):
    words = " ".join(shown.split())
    assert "No purchases would load: id is missing or blank (4)" in words
    assert "No customers would load" not in words
    features = shown.partition("Features that would be the same for nearly everyone")[2]
    assert "purchases." not in features
    assert "purchase_items." not in features
    assert "Proposed mapping" in shown.partition("Features that would be")[0]


def test_what_the_proposed_mapping_leaves_to_a_person_is_named(source: Path, tmp_path: Path):
    documents = SHOP | {"purchases": [one | {"colour": 1} for one in SHOP["purchases"]]}
    folder = deliver(tmp_path / "shop", documents)
    found = json.loads(inspect(folder, "--json")[1])
    assert found["left_by_proposal"] == {
        "fields of customers with none of the model's": ["***"],
        "fields of purchases with none of the model's": ["colour"],
        "values that are not read": ["customers.registration_date, not a date"],
    }
    shown = " ".join(inspect(folder)[1].partition("The proposed mapping leaves to you")[2].split())
    assert "fields of purchases with none of the model's: colour" in shown
    assert "values that are not read: customers.registration_date, not a date" in shown
    mapping = tmp_path / "mine.toml"
    mapping.write_text('[customers]\ntexts = ["customer_id"]\n', encoding="utf-8")
    assert "add it to mine.toml" in " ".join(inspect(folder, "--mapping", str(mapping))[1].split())


def test_a_proposed_mapping_that_leaves_nothing_says_so(tmp_path: Path):
    line = {"product_id" if name == "sku" else name: value for name, value in LINE.items()}
    purchases = [one | {"items": [line], "sum": None} for one in WHOLE["purchases"]]
    products = [{"sku" if name == "id" else name: value for name, value in WHOLE["products"][0].items()}]
    folder = deliver(tmp_path / "shop", WHOLE | {"products": products, "purchases": purchases})
    shown = " ".join(inspect(folder)[1].split())
    assert '"sku" = "id" It covers every field of yours, and every value would be read.' in shown


@pytest.mark.parametrize("is_on_terminal", [True, False])
def test_a_long_line_goes_on_below_its_beginning_on_a_terminal_alone(source: Path, shown: str, is_on_terminal: bool):
    lines = (inspect(source, is_on_terminal=True)[1] if is_on_terminal else shown).splitlines()
    (first,) = (number for number, line in enumerate(lines) if line.startswith("  4 purchases by the loader"))
    assert lines[first + 1].startswith("    ") is is_on_terminal


def test_the_share_that_is_read_is_shown_only_where_something_is_not_read(shown: str, whole_shown: str):
    stores = whole_shown.partition("Fields of stores")[2].partition("Fields of")[0]
    assert "there" in stores
    assert "read" not in stores
    table = shown.partition("Fields of customers")[2].partition("Fields of")[0]
    assert re.search(r"registration_date +│ +100.0% │ +66.7% │", table)
    assert re.search(r"is_loyalty_member +│ +66.7% │ +100.0% │", table)


def test_a_terminal_shows_for_how_long_it_reads_already(source: Path, tmp_path: Path):
    code = "from shop_assets.cli import main; main()"
    environment = {**os.environ, variable("cache"): str(tmp_path)}  # the first one takes a second on any machine
    terminal = Terminal([sys.executable, "-c", code, "inspect", str(source)], environment)
    terminal.wait_for("reading the documents … 1 s")
    assert "Something would be wrong" in terminal.ended().output
