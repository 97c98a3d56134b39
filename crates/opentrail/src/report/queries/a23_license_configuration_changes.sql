-- A23 license-configuration-changes: configurations made, changed, deleted and attached
-- reports: license
-- kind: facts
-- numbers: none
-- chart: none
--
-- One row per call with what was sent, failed ones included. An UpdateLicenseConfiguration names
-- only the fields that it changes.
SELECT eventtime, account, awsregion, caller, eventname,
  coalesce(license_configuration_arn,
    json_extract_scalar(requestparameters, '$.addLicenseSpecifications[0].licenseConfigurationArn'),
    json_extract_scalar(requestparameters, '$.removeLicenseSpecifications[0].licenseConfigurationArn')) AS arn,
  resource_arn, requestparameters AS sent, errorcode
FROM lm_calls
WHERE eventname IN ('CreateLicenseConfiguration', 'UpdateLicenseConfiguration', 'DeleteLicenseConfiguration',
    'UpdateLicenseSpecificationsForResource')
  AND eventtime >= :begins AND eventtime < :ends
ORDER BY eventtime, account, eventname, arn
