-- A05 unprocessed-not-retried: records handed back unprocessed that nobody sent again with success
-- reports: metering
-- kind: finding
-- numbers: quantity
-- chart: none
--
-- On trouble of its own the service returns records in `unprocessedRecords`, inside an answer that
-- is otherwise well. They are lost unless they are sent again in time. A success counts when its
-- call is not older than the one that handed the record back.
SELECT u.eventtime, u.seller, u.product_ref, u.customer, u.dimension, u.usage_hour, u.quantity
FROM mp_records u
LEFT JOIN (
  SELECT seller, product_ref, customer, dimension, usage_hour, max(eventtime) AS last_accepted
  FROM mp_records
  WHERE outcome = 'Success'
  GROUP BY seller, product_ref, customer, dimension, usage_hour
) AS s
  ON s.seller = u.seller AND s.product_ref = u.product_ref AND s.customer = u.customer
  AND s.dimension = u.dimension AND s.usage_hour = u.usage_hour
WHERE u.outcome = 'Unprocessed' AND (s.last_accepted IS NULL OR s.last_accepted < u.eventtime)
ORDER BY u.eventtime, u.customer, u.dimension, u.usage_hour
