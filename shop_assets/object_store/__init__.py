"""Object storage (S3): buckets, streams, retries over a restart, and the resource that holds the three buckets.

Here belongs how bytes get into a bucket and out of it. What an object means is the business of the stage that owns the
bucket: `landing` (documents), `features` (Parquet) and `report` (CSV).
"""
