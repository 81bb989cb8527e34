-- The SELECT of a view of MART; no row without the view.
SELECT as_select
FROM system.tables
WHERE database = 'mart' AND name = {view:String}
