-- Records what each accepted version of the stores stands for.
-- The linter would move the expressions of WITH to the margin:
-- noqa: disable=LT02
{% from 'macros/identities.sql' import identities_of %}
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.stores_identifying{{ on_cluster }} TO mart.document_identities AS
{{ identities_of('stores', 'mart.store_versions') }}
