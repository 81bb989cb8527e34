-- The published feature matrix, one row per customer and day: `ds` is the partition day, and publication_id names the
-- Parquet publication that a row was loaded from. The columns of the features are added by 92_feature_columns. A day is
-- loaded into a staging table and swapped in whole, so that readers see a day as it was published, old or new.
-- Replaces mart/90_customer_features
CREATE TABLE IF NOT EXISTS mart.customer_features{{ on_cluster }}
(
    ds Date,
    customer_id String,
    publication_id LowCardinality(String),
    published_at DateTime64(3, 'UTC')
)
ENGINE = {{ replicated }}MergeTree
PARTITION BY ds
ORDER BY (ds, customer_id)
