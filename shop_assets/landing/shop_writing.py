"""Writing a generated shop into landing: one file per document, or compressed files of many.

This module decides the layout; the documents come from `generator/`.
"""

import gzip
import io
import itertools
from collections.abc import Iterable
from typing import Final

import orjson

from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.generator.documents import GeneratedDocument, generate, planned
from shop_assets.landing.generator.shop import Shop
from shop_assets.landing.writing import WriteCounts, write_changed
from shop_assets.object_store.bucket import Bucket

MAXIMUM_SINGLE_FILES: Final = 5_000
"""Up to this many documents have a file each, which is easy to look at. Each reader needs a request per file, so more
documents go into files of `DOCUMENTS_PER_FILE`."""

DOCUMENTS_PER_FILE: Final = 10_000
_COMPRESSION: Final = 6


def write_shop(bucket: Bucket, shop: Shop, kind: DocumentKind) -> WriteCounts:
    """Write the shop's documents of this kind unless landing has them already. Memory is one file's content."""
    counts = WriteCounts()
    documents = generate(shop, kind)
    if planned(shop, kind) <= MAXIMUM_SINGLE_FILES:
        for name, document in documents:
            content = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
            write_changed(bucket, f"{kind.name}/{name}.json", content, "application/json", counts)
        return counts
    for number in itertools.count(1):
        first = next(documents, None)
        if first is None:
            break
        content = _compressed_lines(itertools.chain([first], itertools.islice(documents, DOCUMENTS_PER_FILE - 1)))
        write_changed(bucket, f"{kind.name}/part-{number:06d}.jsonl.gz", content, "application/gzip", counts)
    return counts


def _compressed_lines(documents: Iterable[GeneratedDocument]) -> bytes:
    """Compressed JSON Lines. Equal documents have equal bytes: the archive holds no time and no file name."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=_COMPRESSION, mtime=0, filename="") as archive:
        for _, document in documents:
            archive.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
    return target.getvalue()
