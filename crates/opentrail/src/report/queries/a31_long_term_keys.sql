-- A31 long-term-keys: which identities call with which kind of key
-- reports: metering, catalog, license
-- kind: facts
-- numbers: calls
-- chart: bar label=key_kind y=calls
--
-- Keys that begin with AKIA live until somebody deletes them; those with ASIA end within hours. A
-- metering job belongs on a role. Long-term keys come first. Events that no caller caused are left
-- out.
SELECT substr(useridentity.accesskeyid, 1, 4) AS key_kind, eventsource, useridentity.arn AS caller,
  useridentity.type AS caller_type, count(*) AS calls
FROM events
WHERE eventtype = 'AwsApiCall' AND (eventsource LIKE '%marketplace%' OR eventsource LIKE 'license-manager%')
  AND eventtime >= :begins AND eventtime < :ends
GROUP BY substr(useridentity.accesskeyid, 1, 4), eventsource, useridentity.arn, useridentity.type
ORDER BY key_kind, calls DESC, caller, eventsource
