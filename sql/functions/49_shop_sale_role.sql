-- The role of a field, by its shop_mark_word, that may say of a purchase that it is deleted or no sale; 'hint' for one
-- that only speaks of such things, 'other' for any other.
-- 'status' -> 'status'   'applicable' -> 'sale'   'comment' -> ''
{% from 'macros/marks.sql' import NO_SALE_NAMES, SALE_ROLES, role_of %}
CREATE OR REPLACE FUNCTION shop_sale_role{{ on_cluster }} AS (field) -> {{ role_of('field', SALE_ROLES, NO_SALE_NAMES, 'other') }}
