-- A11 double-metering-risk: a buyer metered in one hour both by product code and by license
-- reports: metering
-- kind: finding
-- numbers: quantity
-- chart: none
--
-- Product code and license ARN are different keys to the service: usage sent under both is billed
-- twice, and nothing warns of it. It happens while a seller moves from the one to the other. Two
-- products of one seller that share a dimension's name look the same; compare `product_refs`.
SELECT seller, customer, dimension, usage_hour,
  array_join(array_sort(array_agg(DISTINCT product_ref)), ' ') AS product_refs, sum(quantity) AS quantity
FROM mp_honoured
GROUP BY seller, customer, dimension, usage_hour
HAVING count(DISTINCT CASE WHEN product_ref LIKE 'arn:%' THEN 'license' ELSE 'code' END) > 1
ORDER BY seller, customer, dimension, usage_hour
