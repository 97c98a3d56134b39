-- A24 limit-loosened: a hard limit switched off, a count raised, or a configuration disabled
-- reports: license
-- kind: finding
-- numbers: none
-- chart: none
--
-- Each lets more be used than was licensed. The value before is the last one that any call of the
-- data set; a field that an update does not name stays as it was. Without the configuration's
-- creation in the data its first update has nothing to compare with.
WITH counts AS (
  SELECT eventtime, account, caller, eventname, license_configuration_arn AS arn,
    try_cast(json_extract_scalar(requestparameters, '$.licenseCount') AS bigint) AS now_is,
    lag(try_cast(json_extract_scalar(requestparameters, '$.licenseCount') AS bigint)) OVER (
      PARTITION BY license_configuration_arn ORDER BY eventtime, eventid) AS was
  FROM lm_calls
  WHERE eventname IN ('CreateLicenseConfiguration', 'UpdateLicenseConfiguration') AND errorcode IS NULL
    AND json_extract_scalar(requestparameters, '$.licenseCount') IS NOT NULL
),
limits AS (
  SELECT eventtime, account, caller, eventname, license_configuration_arn AS arn,
    json_extract_scalar(requestparameters, '$.licenseCountHardLimit') AS now_is,
    lag(json_extract_scalar(requestparameters, '$.licenseCountHardLimit')) OVER (
      PARTITION BY license_configuration_arn ORDER BY eventtime, eventid) AS was
  FROM lm_calls
  WHERE eventname IN ('CreateLicenseConfiguration', 'UpdateLicenseConfiguration') AND errorcode IS NULL
    AND json_extract_scalar(requestparameters, '$.licenseCountHardLimit') IS NOT NULL
),
loosened AS (
  SELECT eventtime, account, caller, arn, 'count raised' AS change, CAST(was AS varchar) AS was,
    CAST(now_is AS varchar) AS now_is
  FROM counts
  WHERE eventname = 'UpdateLicenseConfiguration' AND now_is > was
  UNION ALL
  SELECT eventtime, account, caller, arn, 'hard limit off', was, now_is
  FROM limits
  WHERE eventname = 'UpdateLicenseConfiguration' AND was = 'true' AND now_is = 'false'
  UNION ALL
  SELECT eventtime, account, caller, license_configuration_arn, 'disabled', CAST(NULL AS varchar), 'DISABLED'
  FROM lm_calls
  WHERE eventname = 'UpdateLicenseConfiguration' AND errorcode IS NULL
    AND json_extract_scalar(requestparameters, '$.licenseConfigurationStatus') = 'DISABLED'
)
SELECT eventtime, account, caller, arn, change, was, now_is
FROM loosened
WHERE eventtime >= :begins AND eventtime < :ends
ORDER BY eventtime, arn, change
