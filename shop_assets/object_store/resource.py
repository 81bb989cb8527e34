"""Object storage as a Dagster resource: the S3 client of dagster-aws and the three buckets of the project."""

import threading
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from dagster import ConfigurableResource, ResourceDependency
from dagster_aws.s3 import S3Resource
from pydantic import Field

from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.restarts import retry_during_restart
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from boto3.session import Session
    from mypy_boto3_s3 import S3Client

MAX_ATTEMPTS: Final = 6
"""Maximum number of calls to a store that hangs, so that the error comes after three minutes; refusals are timed in
`restarts.py`."""

CONNECT_SECONDS: Final = 5
"""A store that runs accepts a connection at once; botocore's own 60 s, six times, would hang for six minutes."""

RESPONSE_TIMEOUT_SECONDS: Final = 30
"""Between two parts of a response. SeaweedFS on a busy disk takes some seconds to close a part of 64 MiB."""


_MAKING_CLIENTS: Final = threading.Lock()
"""A session makes one client at a time; a client may then be used by any thread."""

_MOST_CLIENTS: Final = 4
"""How many stay; a process has one, unless it works with several stores."""


@cache
def _session() -> "Session":
    """The session of all clients: it has read boto3's description of S3, which takes 0.1 s for each new one."""
    import boto3

    return boto3.session.Session()


@lru_cache(_MOST_CLIENTS)
def _client(
    region: str | None,
    endpoint: str | None,
    access_key: str | None,
    secret_key: str | None,
    max_attempts: int,
    connect_timeout: float,
    read_timeout: float,
) -> "S3Client":
    """The client of a store, made once: each asset and check asks for one, and it takes 30 ms of computing."""
    from botocore.config import Config

    client = _session().client(
        "s3",
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            retries={"total_max_attempts": max_attempts, "mode": "standard"},
        ),
    )
    retry_during_restart(client)
    return client


class S3ResourceWithTimeouts(S3Resource):
    """dagster-aws's S3 resource, which has no time limits, with ours."""

    def get_client(self) -> "S3Client":
        """A client that outlasts a restart of the store, and stops in time when it is down or hangs."""
        with _MAKING_CLIENTS:
            return _client(
                self.region_name,
                self.endpoint_url,
                self.aws_access_key_id,
                self.aws_secret_access_key,
                self.max_attempts,
                CONNECT_SECONDS,
                RESPONSE_TIMEOUT_SECONDS,
            )


class ObjectStoreResource(ConfigurableResource[None]):
    """The buckets, created if they are missing.

    The client is a dependency and not configuration: Dagster stores configuration, with its secrets, in its database.
    """

    s3: ResourceDependency[S3Resource]
    landing_bucket: str = Field(description="Documents as generated or delivered.")
    features_bucket: str = Field(description="Parquet partitions of the customers' features.")
    reports_bucket: str = Field(description="CSV reports.")

    def __repr__(self) -> str:
        # The generated one would print the client's secret key.
        return f"ObjectStoreResource({self.landing_bucket!r}, {self.features_bucket!r}, {self.reports_bucket!r})"

    __str__ = __repr__

    def landing(self) -> Bucket:
        """The bucket of the documents.

        Returns:
            The bucket, created if it is missing.

        Raises:
            ObjectStoreError: The store does not respond, or refuses the credentials or the name.
        """
        return self._bucket(self.landing_bucket)

    def features(self) -> Bucket:
        """The bucket of the feature partitions.

        Returns:
            The bucket, created if it is missing.

        Raises:
            ObjectStoreError: The store does not respond, or refuses the credentials or the name.
        """
        return self._bucket(self.features_bucket)

    def reports(self) -> Bucket:
        """The bucket of the CSV reports.

        Returns:
            The bucket, created if it is missing.

        Raises:
            ObjectStoreError: The store does not respond, or refuses the credentials or the name.
        """
        return self._bucket(self.reports_bucket)

    def _bucket(self, name: str) -> Bucket:
        bucket = Bucket(self.s3.get_client(), name)
        bucket.ensure()
        return bucket


def object_store_resource(settings: Settings) -> ObjectStoreResource:
    """Build the resource from the settings.

    Args:
        settings: Endpoint, region, credentials and bucket names: the `SHOP_S3_` variables.

    Returns:
        The resource; nothing is contacted yet.
    """
    return ObjectStoreResource(
        s3=S3ResourceWithTimeouts(
            endpoint_url=settings.s3_endpoint,
            region_name=settings.s3_region,
            aws_access_key_id=settings.s3_access_key,
            aws_secret_access_key=settings.s3_secret_key.get_secret_value(),
            max_attempts=MAX_ATTEMPTS,
            verify=None,  # certificates are checked; only None lets AWS_CA_BUNDLE name the authority
        ),
        landing_bucket=settings.s3_landing_bucket,
        features_bucket=settings.s3_features_bucket,
        reports_bucket=settings.s3_reports_bucket,
    )
