"""The customer feature matrix: 30 columns of 0/1 a customer and day, computed by Spark and published as a partition.

What each column means is written down in `docs/features.md`; its names and descriptions stand once, in `catalogue`.
`computation` computes, `reading` brings the MART to Spark, `publication` makes a partition visible to readers, and
`warehouse_load` brings the published partition back to ClickHouse.
"""
