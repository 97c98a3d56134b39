-- lm_calls: every call of License Manager of all time, with the resource that it was about
SELECT eventid, eventtime, recipientaccountid AS account, awsregion, useridentity.arn AS caller,
  eventname, readonly, errorcode, errormessage,
  coalesce(json_extract_scalar(requestparameters, '$.licenseConfigurationArn'),
    json_extract_scalar(responseelements, '$.licenseConfigurationArn')) AS license_configuration_arn,
  coalesce(json_extract_scalar(requestparameters, '$.licenseArn'),
    json_extract_scalar(responseelements, '$.licenseArn')) AS license_arn,
  coalesce(json_extract_scalar(requestparameters, '$.grantArn'),
    json_extract_scalar(responseelements, '$.grantArn')) AS grant_arn,
  json_extract_scalar(requestparameters, '$.resourceArn') AS resource_arn,
  requestparameters, responseelements
FROM events
WHERE eventsource = 'license-manager.amazonaws.com'
