"""Files that may be delivered: damaged, in other encodings, under odd names, with hostile values.

Their contents and names are in `bad_values.py`; here each becomes a file, with the texts in it.
"""

import codecs
import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any

from shop_assets.documents.kinds import KINDS
from shop_assets_tests.bad_input import bad_values
from shop_assets_tests.bad_input.delivery import Delivered, Document, document, lines, names, one, text, unreadable
from shop_assets_tests.bad_input.wrong_fields import spoiled

KIND = "customers"


def files() -> list[Delivered]:
    """All of them, each under a name of its own."""
    fields = (lines(kind.name, f"fields of {kind.name}.jsonl", list(spoiled(kind.name))) for kind in KINDS)
    found = [
        *fields,
        *_shown_first(),
        *_texts(),
        *_encoded(),
        *_values(),
        *_named(),
        *_truncated(),
        *_arrays(),
        *_json_lines(),
        *_archives(),
    ]
    assert len({delivered.key for delivered in found}) == len(found)
    return found


def _shown_first() -> Iterator[Delivered]:
    """What a sample of a kind shows first."""
    odd = [{"name": "\ud800"}, {"name": "x" * 100_000}, {"name": ["+79001234567"]}, {"group": "a|b\n#\x1b[31m"}]
    texts = [text(document("products", f"first-{number}", **more)) for number, more in enumerate(odd)]
    yield lines("products", "0.jsonl", texts)


def _customer(document_id: str, **more: object) -> Document:
    return document(KIND, document_id, **more)


def _texts() -> Iterator[Delivered]:
    for name, content in bad_values.TEXTS.items():
        yield one(KIND, f"text {name}.json", content)
    both = [b'{"customer_id": "two-1"}', b'{"customer_id": "two-2"}']
    yield Delivered(KIND, "text two documents.json", b" ".join(both), dict(enumerate(both, 1)))


def _encoded() -> Iterator[Delivered]:
    numbers = names("encoded")
    for encoding in bad_values.ONE_BYTE:  # their commas and line ends are ours
        damaged = [text({"customer_id": next(numbers), "first_name": name}) for name in ("Ёж", "Ivan")]
        damaged = [content.decode().encode(encoding, "backslashreplace") for content in damaged]
        if encoding == "latin-1":
            damaged[0] = damaged[0].replace(b"\\u", b"\xff\\u")
        yield one(KIND, f"{encoding}.json", damaged[0])
        yield lines(KIND, f"{encoding}.jsonl", damaged)
        yield Delivered(KIND, f"{encoding} array.json", b"[" + b",".join(damaged) + b"]", dict(enumerate(damaged, 1)))
    for encoding in bad_values.ENCODINGS:
        yield from _in_encoding(encoding, b"", numbers)
    for encoding, mark in bad_values.MARKS.items():
        yield from _in_encoding(encoding, mark, numbers)
    for number in range(2):  # one mark is none of the text; a second one is
        yield one(KIND, f"marked utf-8 {number}.json", codecs.BOM_UTF8 * (number + 1) + text(_customer(next(numbers))))
    yield one(KIND, "ascii.json", json.dumps(_customer(next(numbers))).encode())


def _in_encoding(encoding: str, mark: bytes, numbers: Iterator[str]) -> Iterator[Delivered]:
    """The same in an encoding that is recognised, by its mark or its zeros: documents, and half of one."""
    name = f"{'marked ' if mark else ''}{encoding}"
    texts = [text(_customer(next(numbers))) for _ in range(8)]

    def encoded(content: bytes) -> bytes:
        return mark + content.decode().encode(encoding)

    yield Delivered(KIND, f"{name}.json", encoded(texts[0]), {1: texts[0]})
    yield Delivered(KIND, f"{name}.jsonl", encoded(b"\n".join(texts[1:3])), dict(enumerate(texts[1:3], 1)))
    yield Delivered(KIND, f"{name} array.json", encoded(b"[" + b",\n".join(texts[3:5]) + b"]"),
                    dict(enumerate(texts[3:5], 1)))  # fmt: skip
    packed = gzip.compress(encoded(b"\n".join(texts[5:7])), mtime=0)
    yield Delivered(KIND, f"{name}.jsonl.gz", packed, dict(enumerate(texts[5:7], 1)))
    yield unreadable(KIND, f"{name} cut.json", encoded(texts[7])[:-1])


def _values() -> Iterator[Delivered]:
    numbers = names("value")
    texts = []
    for date in bad_values.DATES:
        texts.append(text(_customer(next(numbers), registration_date=date)))
        texts.append(text(_customer(next(numbers), birth_date=date)))
    texts += [
        text(_customer(f" {document_id.upper()} " if len(document_id) < 510 else document_id))
        for document_id in bad_values.IDS
    ]
    texts += [text(_customer(document_id)) for document_id in bad_values.NO_IDS]
    texts += map(text, _fields(numbers))
    for depth in (98, 99, 100, 101, 500, 1_000):
        for deep in (b'{"a": ' * depth + b"1" + b"}" * depth, b"[" * depth + b"]" * depth):
            texts.append(text(_customer(next(numbers), deep="@")).replace(b'"@"', deep))
    texts.append(b'{"customer_id": "first", ' + text(_customer("second"))[1:])  # the last of equal keys wins
    texts.append(text(_customer("third"))[:-1] + b', "customer_id": null}')
    for number, content in enumerate(texts, start=1):
        yield one(KIND, f"value-{number:03d}.json", content)
    yield lines("purchases", "values.jsonl", list(_purchase_values()))
    yield lines("products", "numbers.jsonl", list(_numbers()))


def _numbers() -> Iterator[bytes]:
    numbers = names("number")
    for number in bad_values.NUMBERS:
        for field in ("price", "expiry_days", "discount"):
            yield text(document("products", next(numbers), **{field: "@"})).replace(b'"@"', number.encode())
            yield text(document("products", next(numbers), **{field: number}))


def _fields(numbers: Iterator[str]) -> Iterator[Document]:
    """Odd names of fields, and odd values in fields that nobody knows."""
    odd: list[dict[str, Any]] = [
        {"": 1}, {" ": 1}, {".": 1}, {"a.b": 1}, {"a.b": {"c.d": 1}}, {"$set": {"a": 1}}, {"$": 1}, {"a$b": 1},
        {"a": {"$gt": ""}}, {"a": {"$ref": "b", "$id": 1}}, {"a": {"$ref": "b", "$id": 1, "$db": "c", "d": 2}},
        {"a": [{"$ref": "b", "$id": {"$ref": "c", "$id": 2}}]}, {"a": {"$oid": "0" * 24}}, {"a": {"$date": 0}},
        {"a": {"$numberDecimal": "NaN"}}, {"a": {"$code": "x", "$scope": {}}}, {"a": {"$binary": "AA=="}},
        {"a\0b": 1}, {"a": {"\0": 1}}, {"\ud800": 1}, {"a": "\ud800"}, {"a": ["\udfff"]}, {"__proto__": {"a": 1}},
        {"_id": {"a": 1}}, {"_id": None}, {"_id": "another"}, {"a": "\u0000"}, {"a": "\ufffe\uffff"},
        {"x" * 2_000: 1}, {"a": "x" * 100_000}, {"a": [None] * 10_000}, {"a": [[]] * 10_000},
        {str(number): number for number in range(2_000)}, {"phone": 79001234567}, {"phone": 7.9001234567e10},
        {"phone": [1, {"a": "+7 900 123-45-67"}]}, {"phone": "9" * 300}, {"phone": "x" * 100_000},
        {"phone": "enc:v1:k1:aaaa"}, {"phone": "\x00"}, {"email": "a@" + "б" * 50_000}, {"email": "@" * 50_000},
        {"email": "a@b@c"}, {"email": {"a": 1}}, {"email": "A" * 100_000 + "@x.example"},
        {"preferences": {"$ref": "a", "$id": 1}}, {"delivery_address": {"$ref": "a", "$id": 1, "city": "Тверь"}},
        {"CUSTOMER_ID": "other"}, {"registration_date ": None}, {"first_name": "[/red]"}, {"last_name": "=1+1"},
        {"a": 2**53 + 1}, {"a": 0.1 + 0.2}, {"a": {"a": {}}}, {"true": True, "null": None},
    ]  # fmt: skip
    for more in odd:
        yield _customer(next(numbers), **more)


def _purchase_values() -> Iterator[bytes]:
    numbers = names("order")
    odd: list[dict[str, Any]] = [
        {"items": []}, {"items": None}, {"items": {}}, {"items": [[]]}, {"items": [None]}, {"items": [{}]},
        {"items": [{"product_id": ["x"]}, {}]}, {"items": [{}] * 5_000}, {"items": {"0": {}}}, {"items": [1, {}]},
        {"items": [{"$ref": "a", "$id": 1, "product_id": "prd-1"}]}, {"items": [{"quantity": "много"}]},
        {"customer": {"$ref": "a", "$id": 1}},
        {"customer": {"$ref": "a", "$id": 1, "customer_id": "c", "phone": "9001234567"}},
        {"store": {"$ref": "a", "$id": 1, "store_id": "s"}},
        {"store": {"store_id": "s", "location": {"$ref": "a", "$id": 1}}}, {"total_amount": 10**14},
        {"total_amount": -0.00001}, {"total_amount": "1e3"}, {"total_amount": "nan"}, {"total_amount": 10**18},
        {"total_amount": "1" * 90}, {"total_amount": True}, {"total_amount": ["5"]}, {"payment_method": ["card"]},
        {"payment_method": {"a": "+79001234567"}}, {"payment_method": "x" * 50_000},
        {"purchase_datetime": {"$date": "2024-05-01"}}, {"is_delivery": "да"},
        {"delivery_address": {"city": {"a": 1}}},
    ]  # fmt: skip
    for more in odd:
        yield text(document("purchases", next(numbers), **more))


def _named() -> Iterator[Delivered]:
    numbers = names("named")
    for name in bad_values.NAMES:
        yield one(KIND, name, text(_customer(next(numbers))))
    for name in bad_values.NO_DOCUMENTS:
        yield unreadable(KIND, name, text(_customer(next(numbers))))


def _truncated() -> Iterator[Delivered]:
    whole = text({"customer_id": "truncated", "name": "Ёж\n", "a": [1, -2.5e3, True, None, {"b": '\\ " 🥖'}]})
    for end in range(1, len(whole)):
        yield one(KIND, f"truncated at {end:03d}.json", whole[:end])


def _arrays() -> Iterator[Delivered]:
    numbers = names("array")
    first, second, third = (text(_customer(next(numbers))) for _ in range(3))
    yield Delivered(KIND, "array.json", b"[" + first + b", 1, null, [2], " + second + b"]",
                    {1: first, 2: b"1", 3: b"null", 4: b"[2]", 5: second})  # fmt: skip
    yield Delivered(KIND, "array with holes.json", b"[," + third + b",,]", {1: b"", 2: third, 3: b""})
    yield Delivered(KIND, "no array.json", b"[", {1: None})
    yield Delivered(KIND, "an empty array.json", b" [ ] ", {})
    yield Delivered(KIND, "an array and more.json", b"[1]{}", {1: b"1", 2: None})
    whole = b"[" + b",".join(text({"customer_id": f"cut-{number}"}) for number in range(3)) + b"]"
    for end in range(2, len(whole), 5):
        before = whole[1:end]
        ended = before.count(b"},")
        texts: dict[int, bytes | None] = {n + 1: text({"customer_id": f"cut-{n}"}) for n in range(ended)}
        if before.endswith(b"}"):
            texts[ended + 1] = text({"customer_id": f"cut-{ended}"})
        texts[len(texts) + 1] = None  # what was begun, and that the array is not closed
        yield Delivered("stores", f"array cut at {end:03d}.json", whole[:end], texts)
    yield Delivered("stores", "an array of numbers.json", b"[" + b",".join(b"%d" % n for n in range(2_000)) + b"]",
                    {n + 1: b"%d" % n for n in range(2_000)})  # fmt: skip


def _json_lines() -> Iterator[Delivered]:
    numbers = names("line")
    good = [text(_customer(next(numbers))) for _ in range(4)]
    yield lines(KIND, "mixed.jsonl", [good[0], b"nonsense", good[1], b"[1]", b'{"a": ', good[2], b"\xff\xfe", b"null"])
    yield Delivered(KIND, "blank lines.jsonl", b"\n\r\n  \n" + good[3] + b"\r\n\n", {4: good[3]})
    yield lines(KIND, "copies.jsonl", [text(_customer("copied"))] * 3)
    yield Delivered(KIND, "empty.jsonl", b"", {})
    yield Delivered(KIND, "blank.jsonl", b"\n \n\t\n", {})
    old = [text(_customer(next(numbers))) for _ in range(3)]
    yield Delivered(KIND, "old line ends.jsonl", b"\r".join(old), dict(enumerate(old, 1)))
    pretty = [json.dumps(_customer(next(numbers)), indent=1).encode() for _ in range(3)]
    for between in (b"\n", b",\n", b""):
        for ending in ("jsonl", "json", "ndjson"):
            yield Delivered(KIND, f"pretty {len(between)}.{ending}", between.join(pretty), dict(enumerate(pretty, 1)))
    comma = [text(_customer(next(numbers))) for _ in range(3)]
    yield Delivered(KIND, "commas.json", b",\n".join(comma), dict(enumerate(comma, 1)))
    yield Delivered(KIND, "an array.jsonl", b"[\n" + b",\n".join(comma) + b"\n]", dict(enumerate(comma, 1)))
    yield Delivered(KIND, "arrays.jsonl", b"".join(b"[" + one + b"]\n" for one in comma), dict(enumerate(comma, 1)))
    exported = [text(_customer(next(numbers))) for _ in range(2)]
    yield lines(KIND, "exported.json", [*exported, b"oops"])


def _archives() -> Iterator[Delivered]:
    numbers = names("archived")
    texts = [text(_customer(next(numbers))) for _ in range(2)]
    whole = gzip.compress(b"\n".join(texts), mtime=0)
    yield Delivered(KIND, "whole.jsonl.gz", whole, dict(enumerate(texts, start=1)))
    many = (text({"customer_id": f"cut-{number}", "n": [number]}) for number in range(50))
    cut = gzip.compress(b"\n".join(many), mtime=0)
    for end in (1, 5, 9, 20, len(cut) // 2, len(cut) - 9, len(cut) - 3):  # in the header, the body, the checksum
        legible = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(cut[:end])
        ended: dict[int, bytes | None] = dict(enumerate(legible.split(b"\n")[:-1], start=1))
        yield Delivered("stores", f"cut at {end}.jsonl.gz", cut[:end], ended | {len(ended) + 1: None})
    yield unreadable(KIND, "no archive.jsonl.gz", texts[0])
    yield unreadable(KIND, "nothing.jsonl.gz", b"")
    yield unreadable(KIND, "zeros.jsonl.gz", b"\0" * 512)
    third, fourth = (text(_customer(next(numbers))) for _ in range(2))
    yield Delivered(KIND, "two.jsonl.gz", gzip.compress(third + b"\n", mtime=0) + gzip.compress(fourth, mtime=0),
                    {1: third, 2: fourth})  # fmt: skip
    fifth = text(_customer(next(numbers)))
    yield Delivered(KIND, "and more.jsonl.gz", gzip.compress(fifth + b"\n", mtime=0) + b"rubbish", {1: fifth, 2: None})
    yield Delivered(KIND, "an empty archive.jsonl.gz", gzip.compress(b"", mtime=0), {})
