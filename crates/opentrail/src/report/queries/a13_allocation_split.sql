-- A13 allocation-split: quantity per tag of the usage allocations
-- reports: metering
-- kind: facts
-- numbers: quantity
-- chart: bar label=tag_value y=quantity series=tag_key
--
-- Sellers may split a record by tags (team, project) for the buyer's own cost reports; billing does
-- not look at them. An allocation with several tags counts under each of them, so the sum over all
-- keys may be more than was metered. Without a tag: what was left untagged. Retries count once.
WITH shares AS (
  SELECT seller, customer, dimension, usage_hour, json_extract(share, '$.tags') AS tags,
    try_cast(coalesce(json_extract_scalar(share, '$.allocatedUsageQuantityAsDecimal'),
      json_extract_scalar(share, '$.allocatedUsageQuantity')) AS decimal(18, 6)) AS quantity
  FROM mp_records
  CROSS JOIN UNNEST(TRY_CAST(allocations AS array(json))) AS t (share)
  WHERE outcome = 'Success' AND nth = 1
),
tagged AS (
  SELECT seller, customer, dimension, usage_hour, json_extract_scalar(tag, '$.key') AS tag_key,
    json_extract_scalar(tag, '$.value') AS tag_value, quantity
  FROM shares
  CROSS JOIN UNNEST(TRY_CAST(tags AS array(json))) AS t (tag)
  UNION ALL
  SELECT seller, customer, dimension, usage_hour, CAST(NULL AS varchar), CAST(NULL AS varchar), quantity
  FROM shares
  WHERE coalesce(json_array_length(tags), 0) = 0
)
SELECT seller, customer, dimension, usage_hour, tag_key, tag_value, sum(quantity) AS quantity
FROM tagged
GROUP BY seller, customer, dimension, usage_hour, tag_key, tag_value
ORDER BY seller, customer, dimension, usage_hour, tag_key, tag_value
