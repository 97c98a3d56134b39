-- A27 grant-lifecycle: licenses granted to others, accepted, rejected, changed and deleted
-- reports: license
-- kind: facts
-- numbers: none
-- chart: none
--
-- Who gave which license to whom, and what they did with it. Giver and taker are different
-- accounts: each sees its own calls only, unless one trail has both. Failed calls are listed with
-- their error.
SELECT eventtime, account, caller, eventname, grant_arn, license_arn,
  json_extract_scalar(requestparameters, '$.principals[0]') AS principal,
  json_extract_scalar(responseelements, '$.status') AS status, errorcode
FROM lm_calls
WHERE eventname IN ('CreateGrant', 'CreateGrantVersion', 'AcceptGrant', 'RejectGrant', 'DeleteGrant')
  AND eventtime >= :begins AND eventtime < :ends
ORDER BY eventtime, grant_arn, eventname
