"""Files of many megabytes and levels; each is made when it is delivered."""

import gzip
import io
from collections.abc import Callable

from shop_assets_tests.bad_input.delivery import document, text

MIB = 1024 * 1024
REST = len(text(document("products", "large", description="")))
"""Bytes of a product beside its description."""


def large_product(document_id: str, size: int, letter: str = "x") -> bytes:
    """A product whose text has about this many bytes."""
    return text(document("products", document_id, description=letter * ((size - REST) // len(letter.encode()))))


def small(document_id: str) -> bytes:
    return text(document("products", document_id))


def one_line_of_zeros(mib: int) -> bytes:
    return _archive(mib, b"0")


def blank_lines(mib: int) -> bytes:
    return _archive(mib, b"\n")


def _archive(mib: int, byte: bytes) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0) as archive:
        for _ in range(mib):
            archive.write(byte * MIB)
    return packed.getvalue()


def _with(value: bytes) -> bytes:
    return text(document("products", "odd", extra="@")).replace(b'"@"', value)


FILES: dict[str, Callable[[], bytes]] = {
    "stores/long e-mail.json": lambda: text(document("stores", "long", manager={"email": "x" * 14 * MIB})),
    "products/14 MiB.json": lambda: large_product("prd-14", 14 * MIB),
    "products/14 MiB of Cyrillic.json": lambda: large_product("prd-cyrillic", 14 * MIB, "я"),
    "products/within.json": lambda: large_product("prd-within", 15 * MIB - 2_000),
    "products/15 MiB.json": lambda: large_product("prd-15", 15 * MIB + 2_000),
    "products/16 MiB.json": lambda: large_product("prd-16", 16 * MIB - 10),
    "products/17 MiB.json": lambda: large_product("prd-17", 17 * MIB),
    "products/64 MiB.json": lambda: b'{"id": "' + b"x" * 64 * MIB,
    "products/large among small.jsonl": lambda: b"\n".join(
        [small("prd-before"), large_product("prd-large", 17 * MIB),
         large_product("prd-line", 9 * MIB), small("prd-after")]
    ),
    "products/large in an array.json": lambda: b"[" + b",".join(
        [small("prd-first"), large_product("prd-huge", 17 * MIB), small("prd-last")]
    ) + b"]",
    "products/empty objects.json": lambda: _with(b"[" + b"{}," * (5 * MIB) + b"{}]"),
    "products/empty lists.json": lambda: _with(b"[" + b"[]," * (5 * MIB) + b"[]]"),
    "products/zeros.json": lambda: _with(b"[" + b"0," * (7 * MIB) + b"0]"),
    "products/deep.json": lambda: _with(b'{"a":' * 1_000_000 + b"1" + b"}" * 1_000_000),
    "products/deep and cut.json": lambda: b"[{" * 1_000_000,
    "products/a million levels.jsonl": lambda: b"[" * 8 * MIB + b"\n" + b'{"a":[' * MIB,
    "products/one line.jsonl.gz": lambda: one_line_of_zeros(1024),
    "products/no lines.jsonl.gz": lambda: blank_lines(32),
    "products/an open text.json": lambda: b'[{"id": "' + b"\\" * 32 * MIB,
    "products/brackets.json": lambda: b"[" + b"]" * 8 * MIB,
    "products/scalars.json": lambda: b"[" + b"1," * 20_000 + b"1]",
}  # fmt: skip

CLEAN = {"prd-14", "prd-cyrillic", "prd-within", "prd-before", "prd-line", "prd-after", "prd-first", "prd-last"}
UNPUBLISHED = {"long"}
"""A store in MongoDB whose message is larger than a topic takes: encrypted, its e-mail is 8/5 of what it was."""

REFUSED: dict[tuple[str, int], str] = {
    ("products/15 MiB.json", 1): "larger than 15 MiB",
    ("products/16 MiB.json", 1): "larger than 15 MiB",
    ("products/17 MiB.json", 1): "larger than 16 MiB",
    ("products/64 MiB.json", 1): "larger than 16 MiB",
    ("products/large among small.jsonl", 2): "larger than 16 MiB",
    ("products/large in an array.json", 2): "larger than 16 MiB",
    ("products/empty objects.json", 1): "larger than 15 MiB",
    ("products/empty lists.json", 1): "larger than 15 MiB",
    ("products/zeros.json", 1): "larger than 15 MiB",
    ("products/deep.json", 1): "nested too deeply",
    ("products/deep and cut.json", 1): "the array is not closed",
    ("products/a million levels.jsonl", 1): "the array is not closed",
    ("products/one line.jsonl.gz", 1): "larger than 16 MiB",
    ("products/an open text.json", 1): "the array is not closed",
    ("products/brackets.json", 1): "text after the end of the array",
    **{("products/scalars.json", position): "not a JSON object" for position in range(1, 20_002)},
}
