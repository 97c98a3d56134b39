-- A18 price-history: every rate that was sent, beside the one before it
-- reports: catalog
-- kind: facts
-- numbers: price, previous, delta
-- chart: none
--
-- The rates of UpdatePricingTerms per offer, term, duration and dimension. The one before is the
-- last that was sent, however long ago the data knows it; null is the first. A set that failed
-- later has changed no price (A19), and a set that was only to be validated is left out.
WITH rates AS (
  SELECT c.eventtime, c.seller, c.caller, c.entity_id AS offer_id, c.entity_key, c.change_set_id,
    json_extract_scalar(term, '$.Type') AS term,
    coalesce(json_extract_scalar(card, '$.Selector.Value'), '') AS duration,
    json_extract_scalar(rate, '$.DimensionKey') AS dimension,
    try_cast(json_extract_scalar(rate, '$.Price') AS decimal(18, 8)) AS price
  FROM mp_changes c
  CROSS JOIN UNNEST(TRY_CAST(json_extract(c.details, '$.Terms') AS array(json))) AS t1 (term)
  CROSS JOIN UNNEST(TRY_CAST(json_extract(term, '$.RateCards') AS array(json))) AS t2 (card)
  CROSS JOIN UNNEST(TRY_CAST(json_extract(card, '$.RateCard') AS array(json))) AS t3 (rate)
  WHERE c.change_type = 'UpdatePricingTerms' AND c.errorcode IS NULL AND c.intent <> 'VALIDATE'
),
steps AS (
  SELECT eventtime, seller, caller, offer_id, entity_key, change_set_id, term, duration, dimension, price,
    lag(price) OVER (
      PARTITION BY entity_key, term, duration, dimension ORDER BY eventtime, change_set_id) AS previous
  FROM rates
)
SELECT eventtime, seller, caller, offer_id, change_set_id, term, duration, dimension, price, previous,
  price - previous AS delta
FROM steps
WHERE eventtime >= :begins AND eventtime < :ends
ORDER BY eventtime, offer_id, term, duration, dimension
