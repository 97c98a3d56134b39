-- A37 stopped-metering: buyers whose newest record lies hours behind the product's newest
-- reports: metering
-- kind: finding
-- numbers: hours_silent
-- chart: none
--
-- More than three hours without a record while others of the same product go on: the buyer left
-- (see A29), or fell out of the metering job. Within the period: whoever stopped before it does
-- not show.
WITH newest AS (
  SELECT seller, product_ref, customer, dimension, max(usage_hour) AS last_hour
  FROM mp_honoured
  GROUP BY seller, product_ref, customer, dimension
),
beside AS (
  SELECT seller, product_ref, customer, dimension, last_hour,
    max(last_hour) OVER (PARTITION BY seller, product_ref) AS product_last
  FROM newest
)
SELECT seller, product_ref, customer, dimension, last_hour, product_last,
  date_diff('hour', last_hour, product_last) AS hours_silent
FROM beside
WHERE date_diff('hour', last_hour, product_last) > 3
ORDER BY hours_silent DESC, seller, product_ref, customer, dimension
