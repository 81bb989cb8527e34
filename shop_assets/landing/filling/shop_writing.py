"""Writing a generated shop into landing: one file per document, or compressed files of many.

This module decides the layout; the documents come from `generator/`.
"""

import io
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from shop_assets.coordination import progress
from shop_assets.coordination.workers import computed
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.files.archives import new_archive
from shop_assets.landing.filling.generated_erasures import GeneratedErasures
from shop_assets.landing.filling.generator.documents import Part, ShopDocuments, generate, planned
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets.landing.filling.writing import WriteCounts, write_unless_equal
from shop_assets.object_store.bucket import Bucket

MAXIMUM_SINGLE_FILES: Final = 5_000
"""Up to this many documents have a file each, which is easy to look at. Each reader needs a request per file, so more
documents go into files of `DOCUMENTS_PER_FILE`."""

DOCUMENTS_PER_FILE: Final = 10_000


def write_shop(bucket: Bucket, shop: Shop, kind: DocumentKind, workers: int = 1) -> WriteCounts:
    """Write the shop's documents of this kind unless landing has them already.

    Args:
        bucket: The landing bucket.
        shop: The shop.
        kind: The kind.
        workers: How many processes generate documents that go into files of many.

    Returns:
        What was written.
    """
    erased = GeneratedErasures.read(bucket)
    if planned(shop, kind) <= MAXIMUM_SINGLE_FILES:
        counts = _write_single_files(bucket, shop, kind, erased)
        if (later := GeneratedErasures.read(bucket)) != erased:
            _withdraw(bucket, shop, kind, later)
        return counts
    counts = _write_archives(bucket, shop, kind, erased, workers)
    if (later := GeneratedErasures.read(bucket)) != erased:
        _write_archives(bucket, shop, kind, later, workers)
    return counts


def _write_single_files(bucket: Bucket, shop: Shop, kind: DocumentKind, erased: GeneratedErasures) -> WriteCounts:
    counts = WriteCounts()
    # A page of the listing costs as much as to look up one object.
    present = {entry.key: entry for entry in bucket.list(f"{kind.name}/")}
    for name, document in generate(shop, kind):
        key = f"{kind.name}/{name}.json"
        written = erased.replacement(kind, document)
        # What an erasure left of a purchase is not written again: the customer's file stays away.
        if written is None or (written is not document and bucket.exists(key)):
            counts.unchanged += written is not None
            continue
        write_unless_equal(bucket, key, _indented(written), "application/json", counts, present=present.get(key))
    return counts


def _withdraw(bucket: Bucket, shop: Shop, kind: DocumentKind, erased: GeneratedErasures) -> None:
    """Take back what was written of customers who were erased meanwhile: an erasure does not wait for this step."""
    for name, document in generate(shop, kind):
        key = f"{kind.name}/{name}.json"
        written = erased.replacement(kind, document)
        if written is None:
            bucket.delete([key])
        elif written is not document:
            bucket.put(key, _indented(written), "application/json")
        if written is not document:
            bucket.delete_older_versions(key)


def _indented(document: Mapping[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _write_archives(
    bucket: Bucket, shop: Shop, kind: DocumentKind, erased: GeneratedErasures, workers: int
) -> WriteCounts:
    counts = WriteCounts()
    progress.expect(planned(shop, kind))
    made = _Lines(ShopDocuments(shop, kind), kind, erased)
    lines = itertools.chain.from_iterable(computed(made, made.documents.parts(), workers))
    for number, of_file in enumerate(chunks(lines, DOCUMENTS_PER_FILE), 1):
        key = f"{kind.name}/part-{number:06d}.jsonl.gz"
        write_unless_equal(bucket, key, _compressed(of_file), "application/gzip", counts, present=bucket.find(key))
        progress.advance(len(of_file))
    return counts


@dataclass(frozen=True)
class _Lines:
    """The lines of a part's documents, a blank one for an erased customer as the erasure leaves it."""

    documents: ShopDocuments
    kind: DocumentKind
    erased: GeneratedErasures

    def __call__(self, part: Part) -> list[bytes]:
        written = (self.erased.replacement(self.kind, document) for _, document in self.documents.of(part))
        return [b"\n" if one is None else orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in written]


def _compressed(lines: list[bytes]) -> bytes:
    target = io.BytesIO()
    with new_archive(target) as archive:
        archive.writelines(lines)
    return target.getvalue()
