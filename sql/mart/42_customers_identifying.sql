-- Records what each accepted version of the customers stands for.
-- The linter would move the expressions of WITH to the margin:
-- noqa: disable=LT02
{% from 'macros/identities.sql' import identities_of %}
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.customers_identifying{{ on_cluster }} TO mart.document_identities AS
{{ identities_of('customers', 'mart.customer_versions') }}
