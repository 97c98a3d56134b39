-- A04 duplicate-records: another quantity was sent for an hour that was taken already
-- reports: metering
-- kind: finding
-- numbers: kept, refused, under_billed
-- chart: none
--
-- The first record of an hour stays; a later one with another quantity is answered DuplicateRecord
-- and dropped, never added. A program that sends parts of an hour one after the other loses all but
-- the first. `under_billed` is what was refused less what was kept; a negative one means that too
-- much was sent first. Where the first record lies before the data begins, `kept` is null.
SELECT d.eventtime, d.seller, d.product_ref, d.customer, d.dimension, d.usage_hour,
  h.quantity AS kept, d.quantity AS refused, d.quantity - h.quantity AS under_billed
FROM mp_records d
LEFT JOIN mp_honoured h
  ON h.seller = d.seller AND h.product_ref = d.product_ref AND h.customer = d.customer
  AND h.dimension = d.dimension AND h.usage_hour = d.usage_hour
WHERE d.outcome = 'DuplicateRecord'
ORDER BY d.eventtime, d.customer, d.dimension, d.usage_hour
