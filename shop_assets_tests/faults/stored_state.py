"""What the services hold, in a form that two runs on the same documents must have in common.

Entries are counted: a name by which the entry is found, and a digest of everything that must be equal. No
document and no personal value is kept. Left out is what differs rightly: times of loading and ingestion, offsets,
MongoDB's cluster times, names of publications.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

import bson
import polars as pl
from clickhouse_connect.driver.client import Client

from shop_assets.document_store.collection_setup import REJECTED_DOCUMENTS
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS
from shop_assets.erasure.certificate import saved
from shop_assets.erasure.records import interrupted
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.published_files import on_disk
from shop_assets.key_rotation.warehouse_move import key_counts
from shop_assets.landing.filling.manifest import PREFIX as LANDING_MANIFESTS
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.personal_data.traces import PHONE_DIGITS
from shop_assets.report.csv_report import report_key
from shop_assets.services import connect
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import sent_indexes
from shop_assets.topics.resource import kafka_resource
from shop_assets_tests.erasure.stored_bytes import stored_bytes
from shop_assets_tests.faults.stages import ScenarioEnvironment, stores, warehouse
from shop_assets_tests.writers import SoleWriter

Entry = tuple[str, str]
StateCounts = Counter[Entry]

OFFSETS: Final = "offsets in RAW"
OLDER_KEYS: Final = "under an older key"
ERASED: Final = "of erased customers"
JOINED: Final = "joined by phone"
MART_VIEWS: Final = {
    "stores": "store_id",
    "products": "product_id",
    "customers": "customer_id",
    "purchases": "purchase_id",
    "purchase_items": "concat(purchase_id, ' line ', toString(line_number))",
    "baskets": "purchase_id",
    "rejects": "concat(kind, ' ', id)",
    "open_rejects": "concat(kind, ' ', id)",
}
_DIFFERS: Final = frozenset(
    {"source_time", "ingested_at", "kafka_topic", "kafka_topic_id", "kafka_partition", "kafka_offset", "rejected_at"}
)


def landing(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    with stores(environment.settings) as store:
        bucket = store.landing()
        prefixes = [*(f"{kind.name}/" for kind in KINDS), LANDING_MANIFESTS]
        yield "landing", Counter((found.key, found.etag) for prefix in prefixes for found in bucket.list(prefix))


def documents(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    with mongo_resource(environment.settings).connect() as database:
        for kind in KINDS:
            yield f"documents: {kind.name}", Counter((str(d["_id"]), _digest(d)) for d in database[kind.name].find())
        rejected = database[REJECTED_DOCUMENTS].find({}, {"rejected_at": 0})
        yield REJECTED_DOCUMENTS, Counter((f"{d['object_key']} {d['position']}", _digest(d)) for d in rejected)


def topics(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    """Each message once, however often it was sent."""
    kafka = kafka_resource(environment.settings)
    watermarks = kafka.administration().watermarks(kafka.ensure_topics().values())
    found = {
        ((message.key() or b"").decode(), hashlib.sha256(message.value() or b"").hexdigest())
        for message in kafka.read(watermarks)
    }
    yield "topics", Counter(found)
    with mongo_resource(environment.settings).connect() as database:
        for kind, index in sent_indexes(database, kafka, writer=SoleWriter(database.client)).items():
            totals = index.totals()
            assert totals is not None
            buckets = dict(index.buckets(totals, range(len(totals.counts))))
            yield (
                f"sent index: {kind.name}",
                Counter((name, str(digest)) for bucket in buckets.values() for name, digest in bucket.items()),
            )
            sums = {number: (len(bucket), sum(bucket.values()) % 2**64) for number, bucket in buckets.items()}
            stored = enumerate(zip(totals.counts, totals.checksums, strict=True))
            faults = [number for number, sums_of_bucket in stored if sums[number] != sums_of_bucket]
            yield f"wrong totals: {kind.name}", Counter((str(number), "") for number in faults)


def raw(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    """Each payload once, however often it was sent, and every offset as often as RAW has it or removed it."""
    with warehouse(environment.settings) as client:
        for kind in KINDS:
            payloads = f"SELECT DISTINCT id, hex(SHA256(payload)) FROM raw.{kind.name}"
            yield f"RAW: {kind.name}", _counted(client, payloads)
        place = "concat(kafka_topic_id, ' ', toString(kafka_partition), ' ', toString(kafka_offset))"
        tables = [*(f"raw.{kind.name}" for kind in KINDS), "raw.removed_copies FINAL"]
        offsets = " UNION ALL ".join(f"SELECT {place}, '' FROM {table}" for table in tables)
        yield OFFSETS, _counted(client, offsets)


def mart(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    with warehouse(environment.settings) as client:
        for view, name in MART_VIEWS.items():
            columns = [row[0] for row in client.query(f"DESCRIBE TABLE mart.{view}").result_rows]
            compared = ", ".join(f"`{column}`" for column in columns if column not in _DIFFERS)
            rows = f"SELECT {name}, hex(SHA256(toString(tuple({compared})))) FROM mart.{view}"
            yield f"mart.{view}", _counted(client, rows)


def features(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    with stores(environment.settings) as store:
        bucket = store.features()
        for day in environment.days:
            manifest = PublicationManifest.read(bucket, day)
            rows: list[tuple[Any, ...]] = []
            if manifest is not None:
                with on_disk(bucket, manifest.files) as paths:
                    rows = pl.read_parquet(paths).rows()
            yield f"features of {day}", Counter((str(row[0]), str(row[1:])) for row in rows)


def load(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    with warehouse(environment.settings) as client:
        for day in environment.days:
            rows = client.query(
                "SELECT * EXCEPT (ds, publication_id, published_at) FROM mart.customer_features WHERE ds = {day:Date}",
                parameters={"day": day},
            ).result_rows
            yield f"mart.customer_features of {day}", Counter((str(row[0]), str(tuple(row[1:]))) for row in rows)


def report(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    with stores(environment.settings) as store:
        for day in environment.days:
            lines: list[bytes] = []
            with suppress(KeyError):
                lines = store.reports().get(report_key(day)).split(b"\n")
            yield f"report of {day}", Counter((f"line {n}", line.decode()) for n, line in enumerate(lines, start=1))


def rotation(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    """What is left under older keys, and how many rows of MART have the same phone: a join must not lose any."""
    key_id = next(iter(parse_key_ring(environment.settings.pii_keys.get_secret_value())))
    with connect(environment.settings) as services:
        yield OLDER_KEYS, Counter((place, key) for place, key, _ in key_counts(services.client) if key != key_id)
        joined = "SELECT count() FROM mart.customers AS c INNER JOIN mart.purchases AS p ON c.phone = p.customer_phone"
        yield JOINED, _counted(services.client, f"SELECT 'rows', ({joined})")


def erasure(environment: ScenarioEnvironment) -> Iterator[tuple[str, StateCounts]]:
    """Where something of those who were erased is left."""
    with connect(environment.settings) as services:
        wanted = {text for customer in environment.erased for text in _contacts(customer)}
        words = [word.encode() for word in wanted | _ciphertexts(environment.settings, wanted)]
        found = Counter(
            (place, "")
            for place, content in stored_bytes(services)
            if any(word in re.sub(rb"[ ()+-]", b"", content.lower()) for word in words)
        )
        yield ERASED, found
        yield "interrupted erasures", Counter((name, "") for name in interrupted(services.database).values())
        named = {certificate.customer for certificate in saved(services.object_store.reports())}
        yield "customers with a certificate", Counter({("certificates", ""): len(named)})


def _contacts(customer: Mapping[str, Any]) -> Iterator[str]:
    """What a customer is searched for by, as `erasure` reads it: of a phone its ten digits, without separators."""
    if phone := re.sub(r"\D", "", str(customer.get("phone") or "")):
        yield phone[-PHONE_DIGITS:]
    for name in ("email", "loyalty_card_number"):
        if text := re.sub(r"[ ()+-]", "", str(customer.get(name) or "")).lower():
            yield text


def _ciphertexts(settings: Settings, contacts: Iterable[str]) -> set[str]:
    cipher = PersonalDataCipher(parse_key_ring(settings.pii_keys.get_secret_value()))
    values = [("email", text) if "@" in text else ("phone", f"+7{text}") for text in contacts]
    return {ciphertext for name, text in values for ciphertext in cipher.encrypt_with_each_key(name, text).values()}


STATE_READERS: Final[dict[str, Callable[[ScenarioEnvironment], Iterator[tuple[str, StateCounts]]]]] = {
    held.__name__: held for held in (landing, documents, topics, raw, mart, features, load, report, rotation, erasure)
}
"""By the stage or request that makes them."""


def offsets_in_kafka(settings: Settings) -> StateCounts:
    """The offsets that RAW must hold, each once: all that the topics have."""
    kafka = kafka_resource(settings)
    made = {topic.name: topic for topic in kafka.ensure_topics().values()}
    marks = kafka.administration().watermarks(made.values())
    return Counter(
        (f"{made[name].topic_id} {partition} {offset}", "")
        for (name, partition), range_ in marks.items()
        for offset in range(range_.low, range_.high)
    )


def _counted(client: Client, query: str) -> StateCounts:
    return Counter((str(name), str(digest)) for name, digest in client.query(query).result_rows)


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(bson.encode(document)).hexdigest()
