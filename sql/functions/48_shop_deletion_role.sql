-- The role of a field, by its shop_mark_word, that may say of any document that it is deleted; those of unlisted fields
-- are in macros/marks.
-- '__deleted' -> 'flag'   '__op' -> 'change'   'soft_delete' -> 'hint'   'row_action' -> 'gone d'   'comment' -> ''
{% from 'macros/marks.sql' import DELETION_ROLES, unlisted_deletion_role, role_of %}
CREATE OR REPLACE FUNCTION shop_deletion_role{{ on_cluster }} AS (field) ->
    {{ role_of('field', DELETION_ROLES, unlisted_deletion_role('field')) }}
