-- Keeps each rejected document of a kind with all its reasons, whatever becomes of its version later.
-- For each kind
{% from 'macros/rejects.sql' import rejects_from %}
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.{{ kind.name }}_rejecting{{ on_cluster }} TO mart.reject_versions AS
{{ rejects_from(kind, 'mart.' ~ kind.singular ~ '_versions') }}
