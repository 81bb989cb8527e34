-- The role of a field, by its shop_mark_word, that may say of a purchase that it is deleted or no sale; those of unlisted
-- fields are in macros/marks.
-- 'status' -> 'status'   'applicable' -> 'sale'   'refund_amount' -> 'hint'   'order_status_name' -> 'state'
-- 'returnable', 'comment' -> 'prose'   'channel' -> 'other'
{% from 'macros/marks.sql' import SALE_ROLES, unlisted_sale_role, role_of %}
CREATE OR REPLACE FUNCTION shop_sale_role{{ on_cluster }} AS (field) ->
    {{ role_of('field', SALE_ROLES, unlisted_sale_role('field')) }}
