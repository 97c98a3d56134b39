-- A26 concurrent-checkouts: units checked out and in, and how many are out after each
-- reports: license
-- kind: facts
-- numbers: units, out_now
-- chart: steps x=eventtime y=out_now series=entitlement
--
-- Check-ins are matched by their consumption token, which needs the token to be readable in the
-- events; it is not shown, as whoever has it can check in. A provisional checkout ends by itself
-- after its time, an hour for licenses of the Marketplace, and no call tells of it: a balance that
-- only grows means that nobody checks in. Counting begins with the data, not with the period.
WITH outs AS (
  SELECT eventtime, eventid, license_arn, caller,
    json_extract_scalar(responseelements, '$.licenseConsumptionToken') AS token,
    json_extract_scalar(allowed, '$.name') AS entitlement,
    try_cast(coalesce(json_extract_scalar(allowed, '$.value'), '1') AS decimal(18, 6)) AS units
  FROM lm_calls
  CROSS JOIN UNNEST(TRY_CAST(json_extract(responseelements, '$.entitlementsAllowed') AS array(json))) AS t (allowed)
  WHERE eventname IN ('CheckoutLicense', 'CheckoutBorrowLicense') AND errorcode IS NULL
),
moves AS (
  SELECT eventtime, eventid, license_arn, entitlement, caller, units FROM outs
  UNION ALL
  SELECT c.eventtime, c.eventid, o.license_arn, o.entitlement, c.caller, 0 - o.units
  FROM lm_calls c
  JOIN outs o ON o.token = json_extract_scalar(c.requestparameters, '$.licenseConsumptionToken')
  WHERE c.eventname = 'CheckInLicense' AND c.errorcode IS NULL
),
balance AS (
  SELECT eventtime, license_arn, entitlement, caller, units,
    sum(units) OVER (PARTITION BY license_arn, entitlement ORDER BY eventtime, eventid) AS out_now
  FROM moves
)
SELECT license_arn, entitlement, eventtime, caller, units, out_now
FROM balance
WHERE eventtime >= :begins AND eventtime < :ends
ORDER BY license_arn, entitlement, eventtime, out_now
