-- A28 long-lived-tokens: refresh tokens that live over a year or that any role may use
-- reports: license
-- kind: finding
-- numbers: days
-- chart: none
--
-- Whoever holds a refresh token gets access tokens until it ends, a year when nothing else is
-- said. Without role ARNs it is not bound to a role. An empty list of roles counts as none.
SELECT eventtime, account, caller, license_arn,
  try_cast(coalesce(json_extract_scalar(requestparameters, '$.expirationInDays'), '365') AS bigint) AS days,
  json_format(json_extract(requestparameters, '$.roleArns')) AS roles
FROM lm_calls
WHERE eventname = 'CreateToken' AND errorcode IS NULL AND eventtime >= :begins AND eventtime < :ends
  AND (try_cast(coalesce(json_extract_scalar(requestparameters, '$.expirationInDays'), '365') AS bigint) > 365
    OR coalesce(json_array_length(json_extract(requestparameters, '$.roleArns')), 0) = 0)
ORDER BY eventtime, license_arn
