"""A customer is taken out of files of every layout: the others' bytes stay, and the files read as before."""

import gzip
import io
import json
import tempfile
import tracemalloc
from typing import Any

import pytest

from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, DocumentKind
from shop_assets.documents.pseudonyms import pseudonymised
from shop_assets.landing import text_search
from shop_assets.landing.erasing import ErasedCounts, ObjectEraser, Subject
from shop_assets.landing.files import splitting
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.mapping.mapping_file import parse_mapping
from shop_assets.landing.mapping.rules import EMPTY, KindMapping
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument
from shop_assets.landing.text_search import unpacked
from shop_assets.personal_data.traces import Traces
from shop_assets_tests.landing.files import stream_of

IVAN: dict[str, Any] = {
    "customer_id": "cus-1", "first_name": "Иван", "last_name": "Рожков", "phone": "+7 900 123-45-67",
    "email": "ivan@example.ru", "loyalty_card_number": "LOYAL-777", "birth_date": "1990-01-01",
}  # fmt: skip
ANNA: dict[str, Any] = {"customer_id": "cus-12", "first_name": "Анна", "phone": "+7 900 123-45-68", "price": 90.50}
BOUGHT: dict[str, Any] = {
    "purchase_id": "ord-1", "customer": IVAN, "store": {"store_id": "s-1", "manager": "Иван Рожков"},
    "items": [{"product_id": "p-1", "quantity": 2, "note": "для Ивана"}], "total_amount": 90.5, "status": "paid",
    "delivery_address": {"street": "Ленина", "house": "1"}, "comment": "звонить Ивану", "is_delivery": True,
    "purchase_datetime": "2026-01-01T10:00:00Z",
}  # fmt: skip
OTHER: dict[str, Any] = BOUGHT | {"purchase_id": "ord-2", "customer": ANNA, "comment": "позже"}
LEFT: dict[str, Any] = {
    "purchase_id": "ord-1", "customer": {"customer_id": "erased-a"}, "store": {"store_id": "s-1"},
    "items": [{"product_id": "p-1", "quantity": 2}], "total_amount": 90.5, "status": "paid",
    "delivery_address": None, "is_delivery": True, "purchase_datetime": "2026-01-01T10:00:00Z",
}  # fmt: skip
PERSONAL = ("Иван", "Рожков", "123-45-67", "ivan@", "LOYAL-777", "Ленина", 'cus-1"', "1990-01-01")


def erased(
    name: str, content: bytes, kind: DocumentKind = CUSTOMERS, rules: KindMapping = EMPTY, customer_id: str = "cus-1"
) -> tuple[bytes | None, ErasedCounts]:
    """The new content of a file, b"" if it is deleted, None if it stays."""
    eraser = ObjectEraser(name, Form(kind, rules), Subject(Traces([customer_id]), "erased-a"))
    with io.BytesIO(content) as source, tempfile.TemporaryFile() as text, io.BytesIO() as target:
        unpacked(name, source, text)
        if not eraser.rewrite(text, target):
            return None, eraser.counts
        return b"" if eraser.is_empty else target.getvalue(), eraser.counts


def read(
    name: str, content: bytes, kind: DocumentKind = CUSTOMERS, rules: KindMapping = EMPTY
) -> list[tuple[int, str | dict[str, Any]]]:
    found = []
    for item in read_stream(name, stream_of(content), Form(kind, rules)):
        match item:
            case ParsedDocument():
                found.append((item.position, item.document))
            case UnreadableDocument():
                found.append((item.position, item.reason))
            case PageSummary():
                found.append((item.position, "nothing"))
    return found


def assert_forgotten(content: bytes) -> None:
    text = content.decode()
    assert [one for one in PERSONAL if one in text or json.dumps(one)[1:-1] in text] == []


ANNA_TEXT = b'{"customer_id":"cus-12" , "price": 90.50, "first_name":"\\u0410\\u043d\\u043d\\u0430"}'


def test_of_json_lines_a_line_stays_blank_and_the_other_bytes_stay() -> None:
    content = b"\n".join([ANNA_TEXT, json.dumps(IVAN).encode(), b"{broken", ANNA_TEXT + b"\r", b""])

    new, counts = erased("customers/a.jsonl", content)

    assert new == b"\n".join([ANNA_TEXT, b"", b"{broken", ANNA_TEXT + b"\r", b""])
    assert (counts.customers, counts.ids) == (1, {"cus-1"})
    assert [position for position, _ in read("customers/a.jsonl", new)] == [1, 3, 4]
    assert erased("customers/a.jsonl", new) == (None, ErasedCounts())


@pytest.mark.parametrize("spelling", ["cus-1", " CUS-1 ", "Cus-1"])
def test_packed_lines_are_packed_again_whatever_the_spelling_of_the_id(spelling: str) -> None:
    content = gzip.compress(ANNA_TEXT + b"\n" + json.dumps(IVAN | {"customer_id": spelling}).encode() + b"\n")

    new, _ = erased("customers/a.jsonl.gz", content)

    assert new is not None
    assert gzip.decompress(new) == ANNA_TEXT + b"\n\n"


@pytest.mark.parametrize(
    "form", [b"[%s,\n%s ,%s]", b'{"data": [%s, %s, %s], "total": 3}', b"%s\n%s\n%s", b'{"a": %s, "b": %s, "c": %s}'],
    ids=["array", "page", "sequence", "by id"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_of_other_layouts_the_others_are_read_as_before(form: bytes, encoding: str) -> None:
    indented = json.dumps(IVAN, ensure_ascii=False, indent=2).encode()
    others = [ANNA_TEXT.replace(b"{", b"{\n ").replace(b"cus-12", name) for name in (b"cus-12", b"cus-13")]
    content = (form % (others[0], indented, others[1])).decode().encode(encoding)

    new, counts = erased("customers/a.json", content)

    assert new is not None
    assert counts.customers == 1
    assert_forgotten(new)
    assert [one["customer_id"] for _, one in read("customers/a.json", new) if isinstance(one, dict)] == [
        "cus-12",
        "cus-13",
    ]
    assert not any(one in ("not a JSON object", "id is missing") for _, one in read("customers/a.json", new))


def test_in_an_array_the_positions_stay() -> None:
    new, _ = erased("customers/a.json", b"[" + json.dumps(IVAN).encode() + b', 5, {"customer_id": "x"}]')
    assert new == b'[{"data": []}, 5, {"customer_id": "x"}]'
    assert [position for position, _ in read("customers/a.json", new)] == [1, 2, 3]


@pytest.mark.parametrize("content", [json.dumps(IVAN), json.dumps(IVAN, indent=2), json.dumps([IVAN, IVAN])])
def test_an_object_of_the_customer_alone_is_deleted(content: str) -> None:
    assert erased("customers/cus-1.json", content.encode())[0] == b""


def test_a_purchase_keeps_what_statistics_need() -> None:
    content = json.dumps([OTHER, BOUGHT], ensure_ascii=False).encode()

    new, counts = erased("purchases/a.json", content, PURCHASES)

    assert new is not None
    assert counts.purchases == 1
    assert read("purchases/a.json", new, PURCHASES) == [(1, OTHER), (2, LEFT)]
    assert new.startswith(content[: content.index(b'{"purchase_id": "ord-1"')])
    assert pseudonymised(LEFT, "erased-a") == LEFT
    assert erased("purchases/a.json", new, PURCHASES) == (None, ErasedCounts())


@pytest.mark.parametrize(
    "wrapped",
    [
        {"op": "u", "before": BOUGHT | {"comment": "прежний Иван"}, "after": BOUGHT},
        {"op": "c", "before": None, "after": json.dumps(BOUGHT)},
        {"payload": BOUGHT, "schema": {"name": "x"}},
        BOUGHT | {"_id": {"$oid": "5f43a1b2c3d4e5f6a7b8c9d0"}},
    ],
    ids=["envelope with an older version", "envelope of MongoDB", "wrapper", "Extended JSON"],
)
def test_what_is_around_a_purchase_goes_with_older_versions(wrapped: dict[str, Any]) -> None:
    new, _ = erased("purchases/a.json", json.dumps(wrapped).encode(), PURCHASES)

    assert new is not None
    assert_forgotten(new)
    ((_, document),) = read("purchases/a.json", new, PURCHASES)
    assert isinstance(document, dict)
    assert pseudonymised(document | {"_id": None}, "erased-a") == LEFT | {"_id": None}
    assert document["customer"]["customer_id"] == "erased-a"


MAPPING = """
[purchases.fields]
receiptNo = "purchase_id"
client.id = "customer.customer_id"
client.name = "customer.first_name"
shop = "store.store_id"
"lines[].sku" = "items[].product_id"
sum = "total_amount"
[purchases.divisors]
total_amount = 100
"""
RECEIPT = {
    "receiptNo": "r-1", "client": {"id": "CUS-1", "name": "Иван"}, "shop": "s-1", "sum": 9050, "cashier": "Ольга",
    "lines": [{"sku": "p-1", "note": "Ивану"}], "contact": "ivan@example.ru", "status": "paid",
}  # fmt: skip


def test_a_mapping_reads_its_purchases_as_before() -> None:
    rules = parse_mapping("till.toml", MAPPING).of(PURCHASES)
    content = json.dumps(RECEIPT, ensure_ascii=False).encode()
    ((_, before),) = read("purchases/a.json", content, PURCHASES, rules)

    new, counts = erased("purchases/a.json", content, PURCHASES, rules)

    assert new is not None
    assert counts.purchases == 1
    assert_forgotten(new)
    ((_, after),) = read("purchases/a.json", new, PURCHASES, rules)
    assert isinstance(after, dict)
    assert isinstance(before, dict)
    assert pseudonymised(after, "erased-a") == pseudonymised(before, "erased-a")
    assert (after["total_amount"], after["customer"]["customer_id"]) == (90.5, "erased-a")
    assert erased("purchases/a.json", new, PURCHASES, rules)[0] is None


@pytest.mark.parametrize(
    "text",
    ['{"customer_id": "cus-1", "first', '{"phone": "8 (900) 123 45 67", "x', '{"mail": "IVAN@example.ru"} {"']
)  # fmt: skip
def test_a_damaged_text_goes_if_it_mentions_the_customer(text: str) -> None:
    others = b'{"customer_id": "cus-12", "phone": "+7 900 123-45-68'
    content = b"\n".join([json.dumps(IVAN).encode(), others, text.encode()])

    new, counts = erased("customers/a.jsonl", content)

    assert new == b"\n".join([b"", others, b""])
    assert counts.unread == 1


@pytest.mark.parametrize("ids", [("cus-1", "cus-2"), ("cus-2", "cus-1")])
def test_a_document_that_names_two_customers_goes_with_either_and_its_neighbours_stay(ids: tuple[str, str]) -> None:
    """Such a document is never loaded, and keeps the data of one of the two."""
    of_both = f'{{"customer_id": "{ids[0]}", "phone": "+7 900 765-43-21", "customer_id": "{ids[1]}"}}'
    neighbour = '{"customer_id": "cus-3", "email": "a@a.example", "email": "b@b.example"}'
    new, counts = erased("customers/a.json", f'{{"customers": [{of_both}, {neighbour}]}}'.encode())
    assert b"cus-1" not in new
    assert json.loads(new, object_pairs_hook=list) == json.loads(
        f'{{"customers": [{neighbour}]}}', object_pairs_hook=list
    )
    assert counts.unread == 1


def test_a_file_in_which_the_customer_is_a_phone_alone_is_looked_at() -> None:
    traces = Traces(["cus-1"])
    traces.learn(IVAN)
    eraser = ObjectEraser("customers/a.jsonl", Form(CUSTOMERS), Subject(traces, "erased-a"))
    with tempfile.TemporaryFile() as text, io.BytesIO() as target:
        text.write(ANNA_TEXT + b'\n{"phone": "8 (900) 123-45-67", "fir')
        text.flush()
        assert eraser.rewrite(text, target)
        assert target.getvalue() == ANNA_TEXT + b"\n"
    assert eraser.counts.unread == 1


def test_a_damaged_archive_keeps_what_could_be_read() -> None:
    lines = b"\n".join([ANNA_TEXT, json.dumps(IVAN).encode(), *[ANNA_TEXT] * 9000])
    damaged = gzip.compress(lines, 1)[:-400]

    new, _ = erased("customers/a.jsonl.gz", damaged)

    assert new is not None
    assert gzip.decompress(new).startswith(ANNA_TEXT + b"\n\n" + ANNA_TEXT)


def test_nobody_else_is_touched() -> None:
    for content in (json.dumps(ANNA), json.dumps([ANNA, ANNA]), "", "[]", "{", json.dumps({"customer_id": "acus-1"})):
        assert erased("customers/a.json", content.encode()) == (None, ErasedCounts())
    assert erased("customers/list.csv", b"cus-1,Ivan")[0] is None


def test_a_contact_in_a_field_that_stays_is_masked() -> None:
    content = json.dumps([OTHER, BOUGHT | {"payment_method": "карта, ivan@example.ru"}]).encode()
    new, counts = erased("purchases/a.json", content, PURCHASES)
    assert new is not None
    assert counts.purchases == 1
    ((_, _), (_, left)) = read("purchases/a.json", new, PURCHASES)
    assert left == LEFT | {"payment_method": "карта, ***"}


def test_a_purchase_whose_kept_fields_mention_the_customer_is_taken_out() -> None:
    content = json.dumps([OTHER, BOUGHT | {"payment_method": "карта LOYAL-777"}]).encode()
    new, counts = erased("purchases/a.json", content, PURCHASES)
    assert new is not None
    assert counts.removed_purchases == 1
    assert read("purchases/a.json", new, PURCHASES) == [(1, OTHER), (2, "nothing")]


def test_the_rest_of_an_array_that_is_not_closed_goes_if_it_mentions_the_customer() -> None:
    for rest, is_gone in ((b'{"customer_id": "cus-1", "first', True), (b'{"customer_id": "cus-7", "first', False)):
        new, counts = erased("customers/a.json", b"[" + ANNA_TEXT + b", " + rest)
        assert (new is not None, counts.unread) == (is_gone, int(is_gone))


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of a hundredth: a document that is too large is not 16 MiB, and is searched by 10,000 bytes."""
    monkeypatch.setattr(splitting, "MAX_DOCUMENT_BYTES", 150_000)
    monkeypatch.setattr(text_search, "CHUNK", 10_000)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("shift", range(0, 24, 3))
@pytest.mark.parametrize(
    "mention",
    ['"id": "cus-1"', '"phone": "8 (900) 123-45-67"', '"mail": "ivan@example.ru"'],
    ids=["id", "phone", "e-mail"],
)
def test_a_text_that_is_too_large_goes_if_it_mentions_the_customer_anywhere(mention: str, shift: int) -> None:
    """Others' ids are at every edge of the pieces that are searched, and none of them is taken for the customer's."""
    others = '"cus-12", "acus-1",' * 9000
    for place in (len(others) // 2, len(others)):
        text = f'{{"unknown": [{" " * shift}{others[:place]}{{{mention}}},{others[place:]} 0]}}'.encode()
        neighbours = [json.dumps(IVAN).encode(), text, ANNA_TEXT]
        new, counts = erased("customers/a.jsonl", b"\n".join(neighbours))
        assert (new, counts.unread) == (b"\n\n" + ANNA_TEXT, 1)
    text = f'{{"unknown": [{" " * shift}{others} 0]}}'.encode()
    new, counts = erased("customers/a.jsonl", b"\n".join([json.dumps(IVAN).encode(), text]))
    assert (new, counts.unread) == (b"\n" + text, 0)


@pytest.mark.parametrize("size", range(6, 40))
def test_an_object_of_empty_pages_alone_is_deleted_wherever_it_is_divided(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    text = json.dumps([{"data": []}, {"data": []}, IVAN, {"data": []}]).encode()
    other = json.dumps([{"data": []}, IVAN, {"data": [5]}, {"data": []}]).encode()
    with monkeypatch.context() as patched:
        patched.setattr(text_search, "CHUNK", size)
        assert erased("customers/a.json", text)[0] == b""
        assert erased("customers/a.json", other)[0] == b'[{"data": []}, {"data": []}, {"data": [5]}, {"data": []}]'


def test_a_large_object_is_not_held_in_memory_to_see_whether_anything_is_left() -> None:
    other = json.dumps({"customer_id": "cus-2", "note": "x" * 2**21}).encode()
    content = b"\n".join([json.dumps(IVAN).encode(), *[other] * 32])
    with tempfile.TemporaryFile() as text, tempfile.TemporaryFile() as target:
        text.write(content)
        text.flush()
        eraser = ObjectEraser("customers/a.jsonl", Form(CUSTOMERS), Subject(Traces(["cus-1"]), "erased-a"))
        tracemalloc.start()
        try:
            assert eraser.rewrite(text, target)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < len(content) / 2


def test_amounts_and_quantities_that_equal_a_short_id_stay() -> None:
    line = {"product_id": "17", "quantity": 17, "price_per_unit": 1}
    anonymous = {
        "purchase_id": "17",
        "customer": None,
        "items": [line],
        "total_amount": 17,
        "store": {"store_id": "17"},
    }
    content = "\n".join(
        [json.dumps(anonymous), json.dumps(OTHER | {"total_amount": 17}), '{"purchase_id": 17, "total": 1']
    )
    assert erased("purchases/a.jsonl", content.encode(), PURCHASES, customer_id="17")[0] is None


def test_a_number_as_an_id_is_erased_where_it_is_one() -> None:
    own = BOUGHT | {"customer": IVAN | {"customer_id": 17}}
    damaged = '{"purchase_id": "ord-9", "customer": {"customer_id": 17, "first_name": "Ив'
    new, counts = erased(
        "purchases/a.jsonl",
        "\n".join(
            [json.dumps(own), damaged, json.dumps({"purchase_id": "ord-2", "customer": ANNA, "total_amount": 17})]
        ).encode(),
        PURCHASES,
        customer_id="17",
    )
    assert new is not None
    assert_forgotten(new)
    assert (counts.purchases, counts.unread) == (1, 1)


@pytest.mark.parametrize("written", [r'"R\u0026D-1"', r'"r&d-1"', r'"\u0052&D-1"'])
def test_a_document_whose_id_is_escaped_is_erased_too(written: str) -> None:
    content = f'{{"customer_id": {written}, "first_name": "Иван"}}\n'.encode() + ANNA_TEXT
    new, _ = erased("customers/a.jsonl", content, customer_id="r&d-1")
    assert new == b"\n" + ANNA_TEXT


def test_what_a_later_line_tells_is_learned_before_anything_is_written() -> None:
    traces = Traces(["cus-1"])
    content = f'{{"broken": "{IVAN["phone"]}\n{json.dumps(IVAN)}\n'.encode()
    subject = Subject(traces, "erased-a")
    with tempfile.TemporaryFile() as text:
        unpacked("customers/a.jsonl", io.BytesIO(content), text)
        assert ObjectEraser("customers/a.jsonl", Form(CUSTOMERS, EMPTY), subject).learn(text)
        with io.BytesIO() as target:
            eraser = ObjectEraser("customers/a.jsonl", Form(CUSTOMERS, EMPTY), subject)
            assert eraser.rewrite(text, target)
            assert eraser.is_empty


OTHERS = [{"customer_id": f"cus-{number}", "first_name": "Анна"} for number in range(2, 30)]
EVERYBODY = json.dumps([*OTHERS, IVAN], ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        f"2026-01-01 export ok\n{EVERYBODY}",
        f"callback({EVERYBODY});",
        f"var customers = {EVERYBODY};",
        f"{{data: {EVERYBODY}}}",
        f'{{"data": {EVERYBODY}',
        f'{{"data": {EVERYBODY[:-1]},]}}',
        f'{{"data": {EVERYBODY}, "x": NaN}}',
        f'{{"data": {EVERYBODY}}}'.encode("cp1251"),
        "customer_id,name\n" + "".join(f"cus-{number},Анна\n" for number in range(30)),
        "<c>" + "".join(f'<r id="cus-{number}"/>' for number in range(30)) + "</c>",
        json.dumps({"rows": [{"no": "cus-2"}, {"no": "cus-1"}]})[:-1],
    ],
)
def test_a_text_that_may_hold_documents_of_others_stays_and_is_left_to_people(text: str | bytes) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    eraser = ObjectEraser("customers/a.json", Form(CUSTOMERS), Subject(Traces(["cus-1"]), "erased-a"))
    with tempfile.TemporaryFile() as unpacked_text, io.BytesIO() as target:
        unpacked("customers/a.json", io.BytesIO(content), unpacked_text)
        assert eraser.learn(unpacked_text)
        assert not eraser.rewrite(unpacked_text, target)
    assert eraser.leaves_something
    assert eraser.counts == ErasedCounts()


@pytest.mark.parametrize("indent", [None, 2])
def test_a_damaged_document_goes_alone_and_on_several_lines(indent: int | None) -> None:
    text = json.dumps(IVAN, indent=indent, ensure_ascii=False)[:-1].encode()
    new, counts = erased("customers/a.json", text)
    assert (new, counts.unread) == (b"", 1)


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("customers/a.json", b"[]", (True, True)),
        ("customers/a.json", gzip.compress(b"[]", mtime=0), (True, False)),
        ("customers/a.json.gz", gzip.compress(b"[]", mtime=0), (True, True)),
        ("customers/a.json.gz", gzip.compress(gzip.compress(b"[]", mtime=0), mtime=0), (False, True)),
        ("customers/a.json.gz", gzip.compress(b"[1, 2]" * 99, mtime=0)[:-9], (False, False)),
        ("customers/a.json", b"PK\x03\x04" + bytes(9) + b"[]", (False, True)),
        ("exports/a.txt", gzip.compress(b"[]", mtime=0), (True, False)),
    ],
)
def test_what_is_no_text_is_not_searched_and_what_is_damaged_not_rewritten(
    name: str, content: bytes, wanted: tuple[bool, bool]
) -> None:
    with io.BufferedReader(io.BytesIO(content)) as source, io.BytesIO() as target:
        assert unpacked(name, source, target) == wanted
