-- The role of a field, by its shop_mark_word, that may say of a line that it was voided at the till; 'hint' for one that
-- only speaks of such things, 'other' for any other.
-- 'voided' -> 'flag'   'type' -> ''
{% from 'macros/marks.sql' import LINE_ROLES, NO_SALE_NAMES, role_of %}
CREATE OR REPLACE FUNCTION shop_line_role{{ on_cluster }} AS (field) -> {{ role_of('field', LINE_ROLES, NO_SALE_NAMES, 'other') }}
