-- A07 failed-batches: calls that failed as a whole, by error, and what they held up
-- reports: metering
-- kind: finding
-- numbers: calls, records_blocked, quantity_blocked
-- chart: bar label=errorcode y=records_blocked
--
-- One bad record fails the other 24 of its call, and nothing of it is stored. Calls count in the
-- period when usage that they carried lies in it, and by their own time when they carried none.
-- Blocked is not lost: the same records may have been sent again; A36 has what never arrived.
SELECT e.errorcode, count(*) AS calls, sum(coalesce(r.records, 0)) AS records_blocked,
  sum(coalesce(r.quantity, CAST(0 AS decimal(18, 6)))) AS quantity_blocked
FROM (
  SELECT eventid, eventtime, errorcode,
    coalesce(json_array_length(json_extract(requestparameters, '$.usageRecords')), 0) AS carried
  FROM events
  WHERE eventsource = 'metering-marketplace.amazonaws.com' AND eventname = 'BatchMeterUsage'
    AND errorcode IS NOT NULL
) AS e
LEFT JOIN (
  SELECT eventid, count(*) AS records, sum(quantity) AS quantity
  FROM mp_records
  WHERE outcome = 'RequestFailed'
  GROUP BY eventid
) AS r ON r.eventid = e.eventid
WHERE r.eventid IS NOT NULL OR (e.carried = 0 AND e.eventtime >= :begins AND e.eventtime < :ends)
GROUP BY e.errorcode
ORDER BY records_blocked DESC, calls DESC, e.errorcode
