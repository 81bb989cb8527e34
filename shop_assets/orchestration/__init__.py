"""What every asset needs of Dagster: names of assets and checks, partitions, metadata, charts, retries, DAGSTER_HOME.

Nothing here knows a stage. Jobs, schedules and sensors are in `automation`.
"""
