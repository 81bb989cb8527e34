"""The shop that is made by default, put into RAW as the pipeline does, and features for some days."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import KINDS, DocumentKind, natural_id
from shop_assets.features.definitions import COLUMNS
from shop_assets.features.warehouse_load import TABLE
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import default_shop
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.settings import Settings
from shop_assets_tests.warehouse.raw_messages import RawMessage, as_whole_topic, document, insert_raw

TODAY = datetime.now(UTC).date()
YESTERDAY = TODAY - timedelta(days=1)
Kinds = Sequence[DocumentKind]


def fill(client: Client, settings: Settings, feature_days: Iterable[date] = (YESTERDAY,)) -> None:
    """A warehouse as the default run leaves it."""
    encryption = PersonalDataEncryption(PersonalDataCipher(parse_key_ring(settings.pii_keys.get_secret_value())))
    for kind in KINDS:
        insert_raw(client, kind.name, as_whole_topic(messages(kind, encryption)))
    for day in feature_days:
        insert_features(client, day)


def messages(kind: DocumentKind, encryption: PersonalDataEncryption) -> list[RawMessage]:
    """All documents of a kind, as messages that came just now."""
    now = datetime.now(UTC)
    encrypted = [encryption.encrypt(kind, dict(made.document)) for made in generate(default_shop(TODAY), kind)]
    return [document(str(natural_id(kind, body)), body, ingested_at=now) for body in encrypted]


def insert_features(client: Client, day: date, published_at: datetime | None = None) -> None:
    """A row for every customer of the MART; some features are 1 for some."""
    customers = [name for (name,) in client.query("SELECT customer_id FROM mart.customers ORDER BY 1").result_rows]
    known = {"ds": day, "publication_id": "by hand", "published_at": published_at or datetime.now(UTC)}
    rows = [
        [customer, *(int((row + column) % (column + 2) == 0) for column in range(len(COLUMNS) - 1)), *known.values()]
        for row, customer in enumerate(customers)
    ]
    client.insert(TABLE, rows, column_names=[*COLUMNS, *known])
