-- A36 reconciliation-export: accepted, never accepted and lost to duplicates, per buyer and month
-- reports: metering
-- kind: facts
-- numbers: honoured, never_honoured, lost_to_duplicates
-- chart: none
--
-- The figures to lay beside what was billed. For an hour that was never accepted the quantity last
-- sent counts; for one whose record was refused as a duplicate, the quantity last refused less the
-- one that was kept. To compare record by record use --against with the seller's own ledger.
WITH hours AS (
  SELECT seller, product_ref, customer, dimension, usage_hour, max_by(quantity, eventtime) AS last_sent
  FROM mp_records
  GROUP BY seller, product_ref, customer, dimension, usage_hour
),
refused AS (
  SELECT seller, product_ref, customer, dimension, usage_hour, max_by(quantity, eventtime) AS last_refused
  FROM mp_records
  WHERE outcome = 'DuplicateRecord'
  GROUP BY seller, product_ref, customer, dimension, usage_hour
)
SELECT s.seller, s.product_ref, s.customer, s.dimension, date_trunc('month', s.usage_hour) AS usage_month,
  sum(coalesce(h.quantity, CAST(0 AS decimal(18, 6)))) AS honoured,
  sum(CASE WHEN h.quantity IS NULL THEN s.last_sent ELSE CAST(0 AS decimal(18, 6)) END) AS never_honoured,
  sum(coalesce(d.last_refused - h.quantity, CAST(0 AS decimal(18, 6)))) AS lost_to_duplicates
FROM hours s
LEFT JOIN mp_honoured h
  ON h.seller = s.seller AND h.product_ref = s.product_ref AND h.customer = s.customer
  AND h.dimension = s.dimension AND h.usage_hour = s.usage_hour
LEFT JOIN refused d
  ON d.seller = s.seller AND d.product_ref = s.product_ref AND d.customer = s.customer
  AND d.dimension = s.dimension AND d.usage_hour = s.usage_hour
GROUP BY s.seller, s.product_ref, s.customer, s.dimension, date_trunc('month', s.usage_hour)
ORDER BY s.seller, s.product_ref, s.customer, s.dimension, usage_month
