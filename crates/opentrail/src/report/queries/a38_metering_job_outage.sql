-- A38 metering-job-outage: hours without one successful BatchMeterUsage call of a seller
-- reports: metering
-- kind: finding
-- numbers: hours_missing
-- chart: none
--
-- Between a seller's first and last call of the period. An outage is one row: its first hour, the
-- hour that has a call again, and how many lie between. A call that succeeded counts even when all
-- of its records were dropped (A03). What was missed can be sent for a day; see A09 and A10.
WITH called AS (
  SELECT recipientaccountid AS seller, date_trunc('hour', eventtime) AS call_hour
  FROM events
  WHERE eventsource = 'metering-marketplace.amazonaws.com' AND eventname = 'BatchMeterUsage'
    AND errorcode IS NULL AND eventtime >= :begins AND eventtime < :ends
  GROUP BY recipientaccountid, date_trunc('hour', eventtime)
),
steps AS (
  SELECT seller, call_hour, lead(call_hour) OVER (PARTITION BY seller ORDER BY call_hour) AS next_hour
  FROM called
)
SELECT seller, date_add('hour', 1, call_hour) AS outage_begins, next_hour AS outage_ends,
  date_diff('hour', call_hour, next_hour) - 1 AS hours_missing
FROM steps
WHERE date_diff('hour', call_hour, next_hour) > 1
ORDER BY seller, outage_begins
