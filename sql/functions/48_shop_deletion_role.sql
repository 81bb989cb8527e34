-- The role of a field, by its shop_mark_word, that may say of any document that it is deleted; 'hint' for one that only speaks
-- of a deletion, '' for any other.
-- '__deleted' -> 'flag'   '__op' -> 'change'   'comment' -> ''
{% from 'macros/marks.sql' import DELETION_NAMES, DELETION_ROLES, role_of %}
CREATE OR REPLACE FUNCTION shop_deletion_role{{ on_cluster }} AS (field) -> {{ role_of('field', DELETION_ROLES, DELETION_NAMES, '') }}
