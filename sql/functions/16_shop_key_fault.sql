-- Why a message's key will not do as the id of a row; '' when it will.
CREATE OR REPLACE FUNCTION shop_key_fault{{ on_cluster }} AS (message_key) -> if(isNull(message_key), 'key: missing', '')
