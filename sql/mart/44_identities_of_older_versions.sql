-- Records what the versions stand for that MART had before these views: once, and again when the table was dropped.
-- Applied again when it changes
-- The linter would move the expressions of WITH to the margin:
-- noqa: disable=LT02
{% from 'macros/identities.sql' import identities_of %}
INSERT INTO mart.document_identities
SELECT * FROM (
{{ identities_of('stores', 'mart.store_versions') }}
) AS older_stores
UNION ALL
SELECT * FROM (
{{ identities_of('customers', 'mart.customer_versions') }}
) AS older_customers
UNION ALL
SELECT * FROM (
{{ identities_of('purchases', 'mart.purchase_versions') }}
) AS older_purchases
