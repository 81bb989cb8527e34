"""All that a stranger could add, change or take away, as the stack's own administrators see it."""

from typing import Any

from confluent_kafka.admin import AclBindingFilter, AclOperation, AclPermissionType, ResourcePatternType, ResourceType
from pymongo import MongoClient

from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests.kafka_clients import administrator

ANY_RIGHT = AclBindingFilter(
    ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY
)


def stored(settings: Settings) -> dict[str, Any]:
    kafka = administrator(settings)
    with (
        object_store_resource(settings).process_config_and_initialize_cm() as store,
        MongoClient(settings.mongo_uri.get_secret_value()) as mongo,
        clickhouse_resource(settings).client() as clickhouse,
    ):
        s3 = store.s3.get_client()
        buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        names = [name for name in mongo.list_database_names() if name not in {"local", "config"}]
        return {
            "objects": {
                bucket: sorted(found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []))
                for bucket in buckets
            },
            "documents": {
                f"{name}.{collection}": mongo[name][collection].estimated_document_count()
                for name in names
                for collection in sorted(mongo[name].list_collection_names())
            },
            "users of MongoDB": [user["_id"] for user in mongo["admin"].command("usersInfo", 1)["users"]],
            "topics": sorted(kafka.list_topics(timeout=10).topics),
            "users of Kafka": sorted(kafka.describe_user_scram_credentials().result(10)),
            "rights": len(kafka.describe_acls(ANY_RIGHT).result(10)),
            "tables": clickhouse.query(
                "SELECT database, name, total_rows FROM system.tables "
                "WHERE database NOT ILIKE '%schema' AND database != 'system' ORDER BY ALL"
            ).result_rows,
        }
