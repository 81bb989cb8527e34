-- The role of a field, by its shop_mark_word, that may say of a line that it was voided at the till; those of unlisted
-- fields are in macros/marks.
-- 'voided' -> 'flag'   'type' -> 'other'
{% from 'macros/marks.sql' import LINE_ROLES, unlisted_sale_role, role_of %}
CREATE OR REPLACE FUNCTION shop_line_role{{ on_cluster }} AS (field) ->
    {{ role_of('field', LINE_ROLES, unlisted_sale_role('field')) }}
