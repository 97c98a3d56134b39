-- A34 new-caller: who metered, changed a listing or a license for the first time lately
-- reports: metering, catalog, license
-- kind: finding
-- numbers: calls
-- chart: none
--
-- Identities whose first such call lies in the last 7 days of the period's data. Sessions of a role
-- count as the role. A new deployment is the usual reason, a stolen key the one to rule out. In
-- the first week of a new lake everybody is new.
WITH calls AS (
  SELECT eventname, coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn) AS identity, eventtime
  FROM events
  WHERE eventname IN ('BatchMeterUsage', 'StartChangeSet', 'UpdateLicenseConfiguration')
    AND (eventsource LIKE '%marketplace%' OR eventsource LIKE 'license-manager%')
    AND eventtime < :ends
),
newest AS (
  SELECT max(eventtime) AS last_time FROM calls
)
SELECT c.eventname, c.identity, min(c.eventtime) AS first_seen, count(*) AS calls
FROM calls c
CROSS JOIN newest n
GROUP BY c.eventname, c.identity, n.last_time
HAVING min(c.eventtime) > date_add('day', -7, n.last_time) AND min(c.eventtime) >= :begins
ORDER BY first_seen, c.eventname, c.identity
