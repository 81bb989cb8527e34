-- The staging tables whose run did not delete them: their names begin with `prefix`, and they are older than `seconds`.
SELECT name
FROM system.tables
WHERE
    database = 'mart'
    AND startsWith(name, {prefix:String})
    AND metadata_modification_time < now() - toIntervalSecond({seconds:Int32})
