-- The rules by which MART reads: rows that were cleaned by others are cleaned again (warehouse/mart/renewal.py).
-- Variables: rules, a fingerprint of all functions and cleaning views.
CREATE OR REPLACE FUNCTION shop_rules{{ on_cluster }} AS () -> '{{ rules }}'
