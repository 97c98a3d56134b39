-- A22 dimension-drift: dimensions metered that no recorded change ever declared
-- reports: catalog, metering
-- kind: finding
-- numbers: records, quantity
-- chart: none
--
-- A dimension that is metered and not declared is a typing error or a listing behind the program.
-- It needs the whole history of the listing: one that was made before the data begins has its
-- dimensions shown here, and so has one whose AddDimensions is too large for its record. Compare
-- with DescribeEntity then. Names are compared over all products of a seller.
WITH declared AS (
  SELECT DISTINCT c.seller, json_extract_scalar(declaration, '$.Key') AS dimension
  FROM mp_changes c
  CROSS JOIN UNNEST(TRY_CAST(c.details AS array(json))) AS t (declaration)
  WHERE c.change_type = 'AddDimensions' AND c.errorcode IS NULL AND c.intent <> 'VALIDATE'
)
SELECT r.seller, r.product_ref, r.dimension, min(r.eventtime) AS first_sent, count(*) AS records,
  sum(r.quantity) AS quantity
FROM mp_records r
LEFT JOIN declared d ON d.seller = r.seller AND d.dimension = r.dimension
WHERE d.dimension IS NULL
GROUP BY r.seller, r.product_ref, r.dimension
ORDER BY r.seller, r.product_ref, r.dimension
