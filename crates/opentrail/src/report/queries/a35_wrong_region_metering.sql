-- A35 wrong-region-metering: a product or license metered from more than one Region in a day
-- reports: metering
-- kind: finding
-- numbers: records
-- chart: none
--
-- Usage belongs to one Region as a rule. Two on one day are two deployments that may send the same
-- hours, or one whose settings were mixed up. A move between Regions shows on its day.
SELECT date_trunc('day', eventtime) AS call_day, seller, product_ref,
  array_join(array_sort(array_agg(DISTINCT awsregion)), ' ') AS regions, count(*) AS records
FROM mp_records
GROUP BY date_trunc('day', eventtime), seller, product_ref
HAVING count(DISTINCT awsregion) > 1
ORDER BY call_day, seller, product_ref
