-- A02 metered-quantity-monthly: quantity accepted per product, buyer, dimension and billing month
-- reports: metering
-- kind: facts
-- numbers: quantity, hours
-- chart: bar label=customer y=quantity series=dimension
--
-- What an invoice should show. Months are of UTC and go by the time of usage: the last evening of a
-- month counts in it even when it was sent after midnight. `hours` says how many hours have a
-- record, those with a quantity of zero included.
SELECT seller, product_ref, customer, dimension, date_trunc('month', usage_hour) AS usage_month,
  sum(quantity) AS quantity, count(*) AS hours
FROM mp_honoured
GROUP BY seller, product_ref, customer, dimension, date_trunc('month', usage_hour)
ORDER BY seller, product_ref, customer, dimension, usage_month
