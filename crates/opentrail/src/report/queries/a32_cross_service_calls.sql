-- A32 cross-service-calls: calls that an AWS service made on somebody's behalf
-- reports: metering, catalog, license
-- kind: facts
-- numbers: calls
-- chart: none
--
-- Their source address and user agent are the service's name, so who began it must be looked up in
-- the event before. Events that no call caused are left out.
SELECT useridentity.invokedby AS invoked_by, eventsource, eventname, useridentity.arn AS caller, count(*) AS calls
FROM events
WHERE useridentity.invokedby IS NOT NULL AND eventtype = 'AwsApiCall'
  AND (eventsource LIKE '%marketplace%' OR eventsource LIKE 'license-manager%')
  AND eventtime >= :begins AND eventtime < :ends
GROUP BY useridentity.invokedby, eventsource, eventname, useridentity.arn
ORDER BY invoked_by, eventsource, eventname, caller
