-- mp_honoured: what the service accepted, once for each product, buyer, dimension and hour
--
-- An identical retry is answered with Success again and changes nothing: the first one counts.
SELECT seller, product_ref, customer, dimension, usage_hour,
  min_by(quantity, eventtime) AS quantity, min(eventtime) AS first_accepted, count(*) AS accepted_sends
FROM mp_records
WHERE outcome = 'Success'
GROUP BY seller, product_ref, customer, dimension, usage_hour
