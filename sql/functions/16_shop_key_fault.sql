-- Why a message's key cannot be the id of a row; '' when it can.
CREATE OR REPLACE FUNCTION shop_key_fault{{ on_cluster }} AS (message_key) -> if(isNull(message_key), 'key: missing', '')
