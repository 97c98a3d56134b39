-- A06 unsubscribed-metering: buyers whose records were refused because they are not subscribed
-- reports: metering
-- kind: finding
-- numbers: records, quantity_lost
-- chart: none
--
-- Usage without an active agreement is dropped: either the product still serves somebody who left,
-- or the seller's table of buyers is wrong, or the hour after the end of the agreement, in which
-- the last records are still taken, was missed.
SELECT seller, product_ref, customer, min(eventtime) AS first_refused, max(eventtime) AS last_refused,
  count(*) AS records, sum(quantity) AS quantity_lost
FROM mp_records
WHERE outcome = 'CustomerNotSubscribed'
GROUP BY seller, product_ref, customer
ORDER BY first_refused, seller, product_ref, customer
