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
  SELECT seller, product_ref, customer, dimension, usage_hour,
    min_by(CASE WHEN outcome = 'Success' THEN quantity END,
      CASE WHEN outcome = 'Success' THEN eventtime END) AS kept,
    max_by(CASE WHEN outcome = 'DuplicateRecord' THEN quantity END,
      CASE WHEN outcome = 'DuplicateRecord' THEN eventtime END) AS last_refused,
    max_by(quantity, eventtime) AS last_sent
  FROM mp_records
  GROUP BY seller, product_ref, customer, dimension, usage_hour
)
SELECT seller, product_ref, customer, dimension, date_trunc('month', usage_hour) AS usage_month,
  sum(coalesce(kept, CAST(0 AS decimal(18, 6)))) AS honoured,
  sum(CASE WHEN kept IS NULL THEN last_sent ELSE CAST(0 AS decimal(18, 6)) END) AS never_honoured,
  sum(coalesce(last_refused - kept, CAST(0 AS decimal(18, 6)))) AS lost_to_duplicates
FROM hours
GROUP BY seller, product_ref, customer, dimension, date_trunc('month', usage_hour)
ORDER BY seller, product_ref, customer, dimension, usage_month
