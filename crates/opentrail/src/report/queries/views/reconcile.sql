-- reconcile: what came of every hour that was sent, to be laid beside a ledger
--
-- One row per product, buyer, dimension and hour of the period: what was accepted and when, and how
-- often it was refused, why and with which quantity last.
SELECT product_ref, customer, dimension, usage_hour,
  min_by(CASE WHEN outcome = 'Success' THEN quantity END, CASE WHEN outcome = 'Success' THEN eventtime END) AS honoured,
  min(CASE WHEN outcome = 'Success' THEN eventtime END) AS first_accepted,
  max_by(quantity, eventtime) AS last_sent,
  max(eventtime) AS last_call,
  sum(CASE WHEN outcome = 'DuplicateRecord' THEN 1 ELSE 0 END) AS duplicates,
  max_by(CASE WHEN outcome = 'DuplicateRecord' THEN quantity END,
    CASE WHEN outcome = 'DuplicateRecord' THEN eventtime END) AS last_refused,
  max_by(coalesce(errorcode, outcome), eventtime) AS last_outcome
FROM mp_records
GROUP BY product_ref, customer, dimension, usage_hour
ORDER BY product_ref, customer, dimension, usage_hour
