-- A12 usage-spike: an hour above five times what is usual for this buyer and dimension
-- reports: metering
-- kind: finding
-- numbers: quantity, usual
-- chart: none
--
-- Usual is the median of the buyer's hours in the period, taken as at least 1 so that dimensions
-- that mostly rest do not cry out. A spike may be honest; it may also be a job that sent a total
-- instead of an hour, or a price in cents. The first record of an hour cannot be taken back.
WITH ranked AS (
  SELECT seller, product_ref, customer, dimension, quantity,
    row_number() OVER (PARTITION BY seller, product_ref, customer, dimension ORDER BY quantity) AS place,
    count(*) OVER (PARTITION BY seller, product_ref, customer, dimension) AS hours
  FROM mp_honoured
),
medians AS (
  SELECT seller, product_ref, customer, dimension, avg(quantity) AS usual
  FROM ranked
  WHERE 2 * place >= hours AND 2 * place <= hours + 2
  GROUP BY seller, product_ref, customer, dimension
)
SELECT h.seller, h.product_ref, h.customer, h.dimension, h.usage_hour, h.quantity, m.usual
FROM mp_honoured h
JOIN medians m
  ON m.seller = h.seller AND m.product_ref = h.product_ref AND m.customer = h.customer
  AND m.dimension = h.dimension
WHERE h.quantity > 5 * m.usual AND h.quantity > 5
ORDER BY h.usage_hour, h.seller, h.product_ref, h.customer, h.dimension
