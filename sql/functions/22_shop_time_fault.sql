-- Why the source time of a message is not believed: a document is not written after its message was sent. Five minutes
-- are allowed for clocks that differ (as in Kerberos); '' when it is believed.
-- Variables: believed_seconds, a number.
CREATE OR REPLACE FUNCTION shop_time_fault{{ on_cluster }} AS (source_time, kafka_timestamp, ingested_at) ->
    if(
        bitShiftRight(source_time, 32) > shop_arrival(kafka_timestamp, ingested_at) + {{ believed_seconds }},
        'source_time: later than its message',
        ''
    )
