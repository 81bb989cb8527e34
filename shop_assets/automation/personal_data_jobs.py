"""The jobs about personal data, for people who work in Dagster's UI; `shop pii` does the same."""

import re
from typing import Final

from dagster import Config, OpExecutionContext, RunConfig, config_mapping, job
from pydantic import Field

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.coordination.pools import INGEST
from shop_assets.document_store.resource import MongoResource
from shop_assets.erasure.certificate import Certificate, require_complete
from shop_assets.erasure.erasing import erase
from shop_assets.erasure.errors import NoCustomerError
from shop_assets.erasure.known_customers import require_known
from shop_assets.key_rotation.rotating import move_stored_data, require_all_known
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.masked_definitions import op
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.personal_data.document_contacts import find_contacts
from shop_assets.personal_data.personal_values import is_personal_id
from shop_assets.personal_data.resource import PersonalDataResource
from shop_assets.services import Services
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.resource import ClickHouseResource
from shop_assets.warehouse.statements.migrations import apply_migrations

_TEN_DIGITS: Final = re.compile(r"\d{10}")


class ErasureConfig(Config):
    """Run configuration of an erasure. Dagster stores it: it must say nothing personal but the id."""

    customer_id: str = Field(
        description="Id of the customer. For one that is a phone or an e-mail: the encrypted id that MART shows."
    )
    reason: str = Field(
        description="Why, for the certificate: the number of the request, without phones, e-mails and names."
    )
    even_if_unknown: bool = Field(
        default=False,
        description="Also erase a customer of whom nothing is stored: what is delivered later is not loaded.",
    )


@config_mapping
def without_personal_data(given: ErasureConfig) -> RunConfig:
    """Refuse a configuration with a phone or an e-mail; Dagster asks before it stores a run."""
    if _has_contact(given.customer_id.strip().lower()):
        raise NoCustomerError(
            "This id is a phone or an e-mail, and Dagster stores it: give the encrypted id that MART shows "
            "(enc:v1:…), or use `shop pii erase`."
        )
    if without_contacts(given.reason) != given.reason:
        raise NoCustomerError(
            "The reason has a phone, an e-mail or a long number, and Dagster stores it: give the number of the request."
        )
    return RunConfig(ops={"erase_everywhere": given})


def _has_contact(customer_id: str) -> bool:
    """Whether an id has a phone or an e-mail in it; ten digits alone are an id like any other."""
    found = [customer_id[contact.start : contact.end] for contact in find_contacts(customer_id)]
    return is_personal_id(customer_id) or any(not _TEN_DIGITS.fullmatch(contact) for contact in found)


@op(pool=INGEST)  # an op and a job cannot share a name
def erase_everywhere(
    context: OpExecutionContext,
    config: ErasureConfig,
    object_store: ObjectStoreResource,
    mongo: MongoResource,
    kafka: KafkaResource,
    pii: PersonalDataResource,
    clickhouse: ClickHouseResource,
) -> None:
    """Erase a customer, or finish an erasure of theirs that was interrupted."""
    with (
        mongo.connect() as database,
        ingestion_lease(database, "erase_customer", context.run_id, context.log.warning) as lease,
        clickhouse.client() as client,
    ):
        apply_migrations(client, clickhouse.cluster, clickhouse.rules)
        services = Services(object_store, database, kafka, pii, client)
        if not config.even_if_unknown:
            require_known(services, config.customer_id)
        certificate: Certificate = erase(services, lease, config.customer_id, config.reason, clickhouse.cluster)
    context.log.info("certificate %s is in the bucket of reports; %s", certificate.number, dict(certificate.erased))
    require_complete([certificate])


@job(
    config=without_personal_data,
    description="Erases a customer's personal data from landing to MART; the certificate is in the bucket of reports.",
)
def erase_customer() -> None:
    """`shop pii erase` as a job."""
    erase_everywhere()


@op(pool=INGEST)
def move_to_first_key(
    context: OpExecutionContext,
    object_store: ObjectStoreResource,
    mongo: MongoResource,
    kafka: KafkaResource,
    pii: PersonalDataResource,
    clickhouse: ClickHouseResource,
) -> None:
    """Move everything that is stored under older keys to the first key of the ring."""
    with (
        mongo.connect() as database,
        ingestion_lease(database, "rotate_keys", context.run_id, context.log.warning) as lease,
        clickhouse.client() as client,
    ):
        apply_migrations(client, clickhouse.cluster, clickhouse.rules)
        result = move_stored_data(Services(object_store, database, kafka, pii, client), lease, clickhouse.cluster)
    context.log.info("%s messages and %s values moved to key %s", result.messages, result.moved.total(), result.key_id)
    require_all_known(result)


@job(description="Moves what is stored under older keys to the first key of SHOP_PII_KEYS; makes no new key.")
def rotate_keys() -> None:
    """`shop pii rotate --resume` as a job."""
    move_to_first_key()
