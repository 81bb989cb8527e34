"""Object storage (S3): buckets, streams, retries over a restart, and the resource that holds the three buckets.

This folder moves bytes into and out of a bucket. What an object means is known to the stage that owns the bucket:
`landing` (documents), `features` (Parquet) or `report` (CSV).
"""
