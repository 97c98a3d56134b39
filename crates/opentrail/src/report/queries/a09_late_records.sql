-- A09 late-records: records accepted more than two hours after their hour began
-- reports: metering
-- kind: finding
-- numbers: delay_min
-- chart: bar label=bucket y=count
--
-- From the beginning of the hour of usage to the first acceptance, against the windows that the
-- service has had over the years: 1 hour, 6 hours, 24 hours. What is late today is refused as soon
-- as the job is a little later; and older clients that believe in 6 hours give up too early.
SELECT seller, product_ref, customer, dimension, usage_hour, first_accepted,
  date_diff('minute', usage_hour, first_accepted) AS delay_min,
  CASE
    WHEN first_accepted > date_add('hour', 24, usage_hour) THEN 'over 24 h'
    WHEN first_accepted > date_add('hour', 6, usage_hour) THEN '6 to 24 h'
    ELSE '2 to 6 h'
  END AS bucket
FROM mp_honoured
WHERE first_accepted > date_add('hour', 2, usage_hour)
ORDER BY delay_min DESC, seller, product_ref, customer, dimension, usage_hour
