"""The CSV of a run held against a reading of the documentation in plain Python, for some of its customers."""

import random
from typing import Any, Final

import bson
from bson.raw_bson import RawBSONDocument
from pymongo.database import Database

from shop_assets.document_store.capture.pages import pages
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, natural_id
from shop_assets.object_store.resource import object_store_resource
from shop_assets.report.csv_report import find_report, read_report
from shop_assets.settings import Settings
from shop_assets_tests.plain_report import expected_csv

SAMPLE: Final = 2_000

Document = dict[str, Any]


def equal_customers(settings: Settings) -> str:
    """Compare the rows of sampled customers in the newest report.

    Args:
        settings: Of the stack.

    Returns:
        `2,000 of 2,000 equal`.

    Raises:
        SystemExit: A row differs, or the reading has no such customer; the message names one.
    """
    bucket = object_store_resource(settings).reports()
    report = find_report(bucket)
    header, *lines = read_report(bucket, report).decode().splitlines()
    rows = {line.partition(",")[0]: line for line in lines}
    sample = set(random.Random(SAMPLE).sample(sorted(rows), min(SAMPLE, len(rows))))
    with mongo_resource(settings).connect() as database:
        documents = _sampled_documents(database, sample)
    expected = expected_csv(documents, report.day, settings.timezone, settings.source_timezone or None).decode()
    expected_header, *expected_lines = expected.splitlines()
    read = {line.partition(",")[0]: line for line in expected_lines}
    differing = sorted(name for name in sample if read.get(name) != rows[name])
    if differing or header != expected_header:
        raise SystemExit(f"{len(differing):,} of {len(sample):,} rows of the CSV differ: {differing[:1] or header}")
    return f"{len(sample):,} of {len(sample):,} equal"


def _sampled_documents(database: "Database[Document]", sample: set[str]) -> dict[str, list[Document]]:
    documents = {kind.name: _documents(database, kind.name) for kind in (STORES, PRODUCTS)}
    documents[CUSTOMERS.name] = [
        one for one in _documents(database, CUSTOMERS.name) if natural_id(CUSTOMERS, one) in sample
    ]
    documents[PURCHASES.name] = _purchases(database, sample)
    return documents


def _documents(database: "Database[Document]", kind: str) -> list[Document]:
    return [_own(document) for page in pages(database[kind]) for document in page]


def _purchases(database: "Database[Document]", customers: set[str]) -> list[Document]:
    raw = database.codec_options.with_options(document_class=RawBSONDocument)
    found = []
    for page in pages(database.get_collection(PURCHASES.name, codec_options=raw)):
        for document in page:
            customer = document.get("customer")
            name = customer.get("customer_id") if isinstance(customer, RawBSONDocument) else None
            if str(name).strip().lower() in customers:
                found.append(_own(bson.decode(document.raw, database.codec_options)))
    return found


def _own(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "_id"}
