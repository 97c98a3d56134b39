-- A25 over-consumption: calls refused because licenses ran out
-- reports: license
-- kind: finding
-- numbers: none
-- chart: none
--
-- Somebody wanted to work and could not: buy more, or find who holds them (A26). Refusals come from
-- License Manager itself and, for instances under a hard limit, from EC2; how EC2 names its error
-- there is not confirmed, so anything that holds the words LicenseUsage counts.
SELECT eventtime, recipientaccountid AS account, eventsource, eventname, errorcode, useridentity.arn AS caller,
  coalesce(json_extract_scalar(requestparameters, '$.addLicenseSpecifications[0].licenseConfigurationArn'),
    json_extract_scalar(requestparameters, '$.licenseSpecifications[0].licenseConfigurationArn'),
    json_extract_scalar(requestparameters, '$.licenseArn'),
    json_extract_scalar(requestparameters, '$.productSKU')) AS license_ref
FROM events
WHERE (errorcode = 'NoEntitlementsAllowedException' OR lower(errorcode) LIKE '%licenseusage%')
  AND eventtime >= :begins AND eventtime < :ends
ORDER BY eventtime, eventsource, eventname, caller
