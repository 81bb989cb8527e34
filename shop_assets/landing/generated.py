"""Putting a made-up shop into landing: a file a document, or compressed files of many when there are many.

Here belongs the layout only; what the documents say is `generator/`'s business.
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
"""Up to so many documents each has a file of its own, which is easy to look at. A file costs a request for each of
its readers, so more go into files of `DOCUMENTS_A_FILE`."""

DOCUMENTS_A_FILE: Final = 10_000
_COMPRESSION: Final = 6


def write_shop(bucket: Bucket, shop: Shop, kind: DocumentKind) -> WriteCounts:
    """Writes the shop's documents of this kind, those that do not lie there already. Memory is one file's content."""
    written = WriteCounts()
    documents = generate(shop, kind)
    if planned(shop, kind) <= MAXIMUM_SINGLE_FILES:
        for name, document in documents:
            content = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
            write_changed(bucket, f"{kind.name}/{name}.json", content, "application/json", written)
        return written
    for number in itertools.count(1):
        first = next(documents, None)
        if first is None:
            break
        content = _compressed_lines(itertools.chain([first], itertools.islice(documents, DOCUMENTS_A_FILE - 1)))
        write_changed(bucket, f"{kind.name}/part-{number:06d}.jsonl.gz", content, "application/gzip", written)
    return written


def _compressed_lines(documents: Iterable[GeneratedDocument]) -> bytes:
    """JSON Lines, compressed. The same documents give the same bytes: no time and no file name is in the archive."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=_COMPRESSION, mtime=0, filename="") as archive:
        for _, document in documents:
            archive.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
    return target.getvalue()
