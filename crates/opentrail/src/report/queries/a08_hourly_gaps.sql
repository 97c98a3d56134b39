-- A08 hourly-gaps: hours without a record between a buyer's first and last one
-- reports: metering
-- kind: finding
-- numbers: hours_missing
-- chart: none
--
-- Sellers are asked to send every hour, a quantity of zero while nothing is used; zero counts as
-- there. A gap is one row: its first hour, the hour that has a record again, and how many lie
-- between. What is missing before the first or after the last record is no gap; for the latter see
-- A37. Records come up to a day late: a gap of the last hours may still close.
SELECT seller, product_ref, customer, dimension, date_add('hour', 1, usage_hour) AS gap_begins,
  next_hour AS gap_ends, date_diff('hour', usage_hour, next_hour) - 1 AS hours_missing
FROM (
  SELECT seller, product_ref, customer, dimension, usage_hour,
    lead(usage_hour) OVER (
      PARTITION BY seller, product_ref, customer, dimension ORDER BY usage_hour) AS next_hour
  FROM mp_honoured
) AS steps
WHERE date_diff('hour', usage_hour, next_hour) > 1
ORDER BY seller, product_ref, customer, dimension, gap_begins
