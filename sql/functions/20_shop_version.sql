-- Orders the messages of an id: by the document store's time, then by offset. The offset decides only between messages
-- of the same time, which carry the same document or no time of their own.
CREATE OR REPLACE FUNCTION shop_version{{ on_cluster }} AS (source_time, kafka_offset) ->
    bitOr(bitShiftLeft(toUInt128(source_time), 64), toUInt128(kafka_offset))
