-- The source time by which a message is ordered: its own, or that of its arrival when its own is not believed. A forged
-- time then loses to the next change of the document.
CREATE OR REPLACE FUNCTION shop_bounded_time{{ on_cluster }} AS (source_time, kafka_timestamp, ingested_at) ->
    if(
        shop_time_fault(source_time, kafka_timestamp, ingested_at) = '',
        source_time,
        bitShiftLeft(shop_arrival(kafka_timestamp, ingested_at), 32)
    )
