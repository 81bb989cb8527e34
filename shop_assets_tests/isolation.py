"""Back ends of a test's own: names that nobody else uses, and a warehouse without anything."""

import os
import secrets

from pydantic import SecretStr

from shop_assets.settings import PREFIX, Settings, variable
from shop_assets.warehouse.resource import clickhouse_resource


def forget_settings() -> None:
    """Removes settings from this process's environment: they must not lead tests to other services.

    Where downloads are kept may stay.
    """
    for name in [name for name in os.environ if name.startswith(PREFIX) and name != variable("cache")]:
        del os.environ[name]


def isolated(settings: Settings) -> Settings:
    """The same services, with buckets, a database and topics that nobody else uses."""
    own = secrets.token_hex(4)
    return settings.model_copy(
        update={
            "s3_landing_bucket": f"landing-{own}",
            "s3_features_bucket": f"features-{own}",
            "s3_reports_bucket": f"reports-{own}",
            "mongo_database": f"shop_{own}",
            "kafka_topic_prefix": f"shop_{own}.",
        }
    )


def variables(settings: Settings) -> dict[str, str]:
    """Everything that is set, as the variables of a machine that knows these services and no embedded stack."""
    return {
        variable(name): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings
        if value is not None
    }


def empty_warehouse(settings: Settings) -> None:
    """Drops RAW and MART, whose names are fixed."""
    with clickhouse_resource(settings).client() as client:
        for database in ("mart", "raw"):  # the MART's views read RAW
            client.command(f"DROP DATABASE IF EXISTS {database} SYNC")
