"""Writing a generated shop into landing: one file per document, or compressed files of many.

This module decides the layout; the documents come from `generator/`.
"""

import gzip
import io
import itertools
from collections.abc import Iterator
from typing import Final

import orjson

from shop_assets.coordination.workers import computed
from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.erasing import COMPRESSION
from shop_assets.landing.generated_erasures import GeneratedErasures
from shop_assets.landing.generator.documents import GeneratedDocument, generate, planned
from shop_assets.landing.generator.shop import Shop
from shop_assets.landing.writing import WriteCounts, write_changed
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
        workers: How many processes compress files of many documents, each one file at a time.

    Returns:
        What was written.
    """
    counts = WriteCounts()
    erased = GeneratedErasures.read(bucket)
    documents = generate(shop, kind)
    if planned(shop, kind) <= MAXIMUM_SINGLE_FILES:
        for name, document in documents:
            key = f"{kind.name}/{name}.json"
            written = erased.applied(kind, document)
            # What an erasure left of a purchase is not written again: the customer's file stays away.
            if written is None or (written is not document and bucket.exists(key)):
                counts.unchanged += written is not None
                continue
            content = orjson.dumps(written, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
            write_changed(bucket, key, content, "application/json", counts)
        return counts
    files = computed(_compressed, _files(erased, kind, documents), workers)
    for number, content in enumerate(files, start=1):
        write_changed(bucket, f"{kind.name}/part-{number:06d}.jsonl.gz", content, "application/gzip", counts)
    return counts


def _files(
    erased: GeneratedErasures, kind: DocumentKind, documents: Iterator[GeneratedDocument]
) -> Iterator[list[bytes]]:
    """The lines of each file, a blank one for an erased customer as the erasure leaves it."""
    while generated := list(itertools.islice(documents, DOCUMENTS_PER_FILE)):
        written = (erased.applied(kind, document) for _, document in generated)
        yield [b"\n" if one is None else orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in written]


def _compressed(lines: list[bytes]) -> bytes:
    """Compressed JSON Lines. Equal lines have equal bytes: the archive holds no time and no file name."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=COMPRESSION, mtime=0, filename="") as archive:
        archive.writelines(lines)
    return target.getvalue()
