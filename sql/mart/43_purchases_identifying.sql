-- Records what each accepted version of the purchases stands for.
-- The linter would move the expressions of WITH to the margin:
-- noqa: disable=LT02
{% from 'macros/identities.sql' import identities_of %}
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.purchases_identifying{{ on_cluster }} TO mart.document_identities AS
{{ identities_of('purchases', 'mart.purchase_versions') }}
