"""The feature matrix: columns of 0 and 1 about each customer on each day, computed by Spark and published by day.

Each feature is defined once, in `definitions`; `docs/features.md` explains them. `reading` loads MART into Spark,
`computation` computes, `publication` makes a day's files visible to readers, and `warehouse_load` loads them into
ClickHouse.
"""
