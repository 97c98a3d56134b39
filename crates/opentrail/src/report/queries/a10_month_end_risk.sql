-- A10 month-end-risk: usage sent after 06:00 UTC on the first day of the next month
-- reports: metering
-- kind: finding
-- numbers: quantity
-- chart: none
--
-- Usage of a month is taken until six o'clock (UTC) on day one of the next, however young it is.
-- Every row was sent later: normally it was refused, and it is revenue that will not come back. A
-- retry of something that was accepted in time is listed too; see its outcome.
SELECT eventtime, seller, product_ref, customer, dimension, usage_ts, quantity, outcome, errorcode
FROM mp_records
WHERE eventtime > date_add('hour', 6, date_add('month', 1, date_trunc('month', usage_ts)))
ORDER BY eventtime, customer, dimension, usage_ts
