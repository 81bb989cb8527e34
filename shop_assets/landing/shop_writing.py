"""Writing a generated shop into landing: one file per document, or compressed files of many.

This module decides the layout; the documents come from `generator/`.
"""

import gzip
import io
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.erasing import COMPRESSION
from shop_assets.landing.generated_erasures import GeneratedErasures
from shop_assets.landing.generator.documents import generate, planned
from shop_assets.landing.generator.shop import Shop
from shop_assets.landing.writing import WriteCounts, write_changed
from shop_assets.object_store.bucket import Bucket

MAXIMUM_SINGLE_FILES: Final = 5_000
"""Up to this many documents have a file each, which is easy to look at. Each reader needs a request per file, so more
documents go into files of `DOCUMENTS_PER_FILE`."""

DOCUMENTS_PER_FILE: Final = 10_000


def write_shop(bucket: Bucket, shop: Shop, kind: DocumentKind) -> WriteCounts:
    """Write the shop's documents of this kind unless landing has them already. Memory is one file's content."""
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
    for number in itertools.count(1):
        first = next(documents, None)
        if first is None:
            break
        generated = itertools.chain([first], itertools.islice(documents, DOCUMENTS_PER_FILE - 1))
        content = _compressed_lines(erased.applied(kind, document) for _, document in generated)
        write_changed(bucket, f"{kind.name}/part-{number:06d}.jsonl.gz", content, "application/gzip", counts)
    return counts


def _compressed_lines(documents: Iterable[Mapping[str, Any] | None]) -> bytes:
    """Compressed JSON Lines, a blank one for an erased customer as the erasure leaves it.

    Equal documents have equal bytes: the archive holds no time and no file name.
    """
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=COMPRESSION, mtime=0, filename="") as archive:
        for document in documents:
            archive.write(b"\n" if document is None else orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
    return target.getvalue()
