"""A process of its own that loads landing's stores under the lease, and is paused right before it writes documents.

It has passed the lease's check by then. It says the error that ends it.
"""

import os
import signal
from typing import Any

from pymongo import MongoClient

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.loads import batch_writing, loading
from shop_assets.documents.kinds import STORES
from shop_assets.errors import ShopError
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings


def main() -> None:
    settings = Settings.load()
    write_documents = batch_writing.write_documents

    def pause_before(*arguments: Any, **named: Any) -> Any:
        os.kill(os.getpid(), signal.SIGSTOP)
        return write_documents(*arguments, **named)

    batch_writing.write_documents = pause_before
    database = MongoClient(settings.mongo_uri.get_secret_value(), tz_aware=True)[settings.mongo_database]
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        bucket = Bucket(store.s3.get_client(), settings.s3_landing_bucket)
        with ingestion_lease(database, "mongo_collections", "the-paused-run") as lease:
            try:
                loading.load_landing(database, bucket, [STORES], writer=lease)
            except ShopError as error:
                print(error, flush=True)


if __name__ == "__main__":
    main()
