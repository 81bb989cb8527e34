-- When a message arrived, in seconds: the broker's timestamp, or the time of ingestion where that is earlier or there
-- is no timestamp. Only the second holds for a topic whose producers set the timestamp themselves.
CREATE OR REPLACE FUNCTION shop_arrival{{ on_cluster }} AS (kafka_timestamp, ingested_at) ->
    toUInt64(
        toUnixTimestamp64Second(
            if(
                kafka_timestamp <= toDateTime64(0, 3, 'UTC'),
                ingested_at,
                least(toDateTime64(kafka_timestamp, 6, 'UTC'), ingested_at)
            )
        )
    )
