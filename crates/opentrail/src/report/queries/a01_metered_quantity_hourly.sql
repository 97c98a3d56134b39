-- A01 metered-quantity-hourly: quantity accepted per product, buyer, dimension and hour
-- reports: metering
-- kind: facts
-- numbers: quantity
-- chart: line x=usage_hour y=quantity series=dimension
--
-- The finest figures that billing knows: one for each product, buyer, dimension and hour of usage.
-- Everything else about amounts sums these up. An identical retry counts once; what was refused is
-- not in it. It says what the service accepted, not what it billed: a dimension that is missing in
-- a buyer's private offer is accepted and not billed.
SELECT seller, product_ref, customer, dimension, usage_hour, quantity
FROM mp_honoured
ORDER BY seller, product_ref, customer, dimension, usage_hour
