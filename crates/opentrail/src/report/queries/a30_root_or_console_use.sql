-- A30 root-or-console-use: the root user, or somebody in the console
-- reports: metering, catalog, license
-- kind: finding
-- numbers: calls
-- chart: none
--
-- Metering, listings and licenses are for programs and for roles with little power. Root has no
-- limits, and what is done by hand in the console is in no review. One row per identity and
-- operation, over all services of the Marketplace and License Manager.
SELECT useridentity.arn AS caller, useridentity.type AS caller_type, sessioncredentialfromconsole AS from_console,
  eventsource, eventname, min(eventtime) AS first_call, max(eventtime) AS last_call, count(*) AS calls
FROM events
WHERE (useridentity.type = 'Root' OR sessioncredentialfromconsole = 'true')
  AND (eventsource LIKE '%marketplace%' OR eventsource LIKE 'license-manager%')
  AND eventtime >= :begins AND eventtime < :ends
GROUP BY useridentity.arn, useridentity.type, sessioncredentialfromconsole, eventsource, eventname
ORDER BY caller, eventsource, eventname, from_console
