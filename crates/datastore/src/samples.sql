-- Name: Latest events
-- Description: The hundred newest events, with who did what from where.
SELECT eventTime, eventSource, eventName, useridentity.arn, sourceIPAddress, errorCode
FROM $EDS_ID
ORDER BY eventTime DESC
LIMIT 100

-- Name: Console logins
-- Description: Everyone who signed in to the console, with the outcome, the address and whether MFA was used.
SELECT eventTime, useridentity.arn, sourceIPAddress, element_at(responseelements, 'ConsoleLogin') AS outcome, element_at(additionaleventdata, 'MFAUsed') AS mfa
FROM $EDS_ID
WHERE eventName = 'ConsoleLogin'
ORDER BY eventTime DESC

-- Name: Console logins without MFA
-- Description: Successful sign-ins to the console for which multi-factor authentication was not used.
SELECT eventTime, useridentity.type, useridentity.arn, sourceIPAddress, userAgent
FROM $EDS_ID
WHERE eventName = 'ConsoleLogin' AND element_at(responseelements, 'ConsoleLogin') = 'Success' AND element_at(additionaleventdata, 'MFAUsed') <> 'Yes'
ORDER BY eventTime DESC

-- Name: Failed console logins
-- Description: Sign-ins to the console that were refused, counted by user and address.
SELECT useridentity.username, sourceIPAddress, COUNT(*) AS attempts, MAX(eventTime) AS latest
FROM $EDS_ID
WHERE eventName = 'ConsoleLogin' AND element_at(responseelements, 'ConsoleLogin') = 'Failure'
GROUP BY useridentity.username, sourceIPAddress
ORDER BY attempts DESC

-- Name: Root user activity
-- Description: Everything that the root user of an account did.
SELECT eventTime, recipientAccountId, eventSource, eventName, sourceIPAddress, userAgent
FROM $EDS_ID
WHERE useridentity.type = 'Root' AND useridentity.invokedby IS NULL
ORDER BY eventTime DESC

-- Name: Activity of one user
-- Description: The calls of one IAM user in the order in which they were made.
SELECT eventTime, eventSource, eventName, awsRegion, sourceIPAddress, errorCode
FROM $EDS_ID
WHERE useridentity.username = 'alice' AND eventTime > '2026-01-01 00:00:00'
ORDER BY eventTime

-- Name: Activity of one access key
-- Description: What was done with an access key, such as one that leaked, by source address.
SELECT eventTime, eventSource, eventName, sourceIPAddress, userAgent, errorCode
FROM $EDS_ID
WHERE useridentity.accesskeyid = 'AKIAIOSFODNN7EXAMPLE'
ORDER BY eventTime

-- Name: Activity of one assumed role
-- Description: What the sessions of one role did, with the names of the sessions.
SELECT eventTime, split_part(useridentity.principalid, ':', 2) AS session_name, eventSource, eventName, sourceIPAddress
FROM $EDS_ID
WHERE useridentity.sessioncontext.sessionissuer.username = 'Admin'
ORDER BY eventTime DESC

-- Name: Activity from one IP address
-- Description: Who called what from a source address.
SELECT useridentity.arn, eventSource, eventName, COUNT(*) AS calls
FROM $EDS_ID
WHERE sourceIPAddress = '203.0.113.7'
GROUP BY useridentity.arn, eventSource, eventName
ORDER BY calls DESC

-- Name: Access keys and the addresses they are used from
-- Description: For each access key, how many source addresses it was used from, and when it was last used.
SELECT useridentity.accesskeyid, approx_distinct(sourceIPAddress) AS addresses, MAX(eventTime) AS latest
FROM $EDS_ID
WHERE useridentity.accesskeyid IS NOT NULL
GROUP BY useridentity.accesskeyid
ORDER BY addresses DESC

-- Name: Top API calls
-- Description: The most frequent operations with their services.
SELECT eventSource, eventName, COUNT(*) AS calls
FROM $EDS_ID
GROUP BY eventSource, eventName
ORDER BY calls DESC
LIMIT 50

-- Name: Top services
-- Description: How many calls each service had, and by how many principals.
SELECT eventSource, COUNT(*) AS calls, approx_distinct(useridentity.arn) AS principals
FROM $EDS_ID
GROUP BY eventSource
ORDER BY calls DESC

-- Name: Top callers
-- Description: The principals with the most calls, and the share of these that failed.
SELECT useridentity.arn, COUNT(*) AS calls, SUM(CASE WHEN errorCode IS NULL THEN 0 ELSE 1 END) AS failed
FROM $EDS_ID
GROUP BY useridentity.arn
ORDER BY calls DESC
LIMIT 50

-- Name: Calls by Region
-- Description: How many calls were made in each Region and account.
SELECT recipientAccountId, awsRegion, COUNT(*) AS calls
FROM $EDS_ID
GROUP BY recipientAccountId, awsRegion
ORDER BY calls DESC

-- Name: Activity in unusual Regions
-- Description: Write calls in Regions that you do not work in, which attackers like for that reason.
SELECT awsRegion, useridentity.arn, eventSource, eventName, COUNT(*) AS calls
FROM $EDS_ID
WHERE readOnly = false AND awsRegion NOT IN ('us-east-1', 'eu-west-1')
GROUP BY awsRegion, useridentity.arn, eventSource, eventName
ORDER BY calls DESC

-- Name: Calls by hour
-- Description: How many calls were made in each hour, reads and writes apart.
SELECT date_trunc('hour', eventTime) AS hour, SUM(CASE WHEN readOnly THEN 1 ELSE 0 END) AS reads, SUM(CASE WHEN readOnly THEN 0 ELSE 1 END) AS writes
FROM $EDS_ID
GROUP BY date_trunc('hour', eventTime)
ORDER BY hour

-- Name: Calls on weekends
-- Description: Writes on Saturdays and Sundays, by principal.
SELECT useridentity.arn, eventName, COUNT(*) AS calls
FROM $EDS_ID
WHERE readOnly = false AND day_of_week(eventTime) >= 6
GROUP BY useridentity.arn, eventName
ORDER BY calls DESC

-- Name: Access denied
-- Description: Principals whose calls were refused for want of permission, with what they tried.
SELECT useridentity.arn, eventSource, eventName, COUNT(*) AS refused, MAX(eventTime) AS latest
FROM $EDS_ID
WHERE errorCode IN ('AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'Client.UnauthorizedOperation')
GROUP BY useridentity.arn, eventSource, eventName
ORDER BY refused DESC

-- Name: Top errors
-- Description: The most frequent error codes by service and operation.
SELECT eventSource, eventName, errorCode, COUNT(*) AS errors, arbitrary(errorMessage) AS example
FROM $EDS_ID
WHERE errorCode IS NOT NULL
GROUP BY eventSource, eventName, errorCode
ORDER BY errors DESC
LIMIT 50

-- Name: Throttled calls
-- Description: Calls that were refused because there were too many of them.
SELECT eventSource, eventName, useridentity.arn, COUNT(*) AS throttled
FROM $EDS_ID
WHERE regexp_like(errorCode, 'Throttl|RequestLimitExceeded|TooManyRequests')
GROUP BY eventSource, eventName, useridentity.arn
ORDER BY throttled DESC

-- Name: IAM users, roles and policies changed
-- Description: Every change of IAM: users, groups, roles, policies and access keys.
SELECT eventTime, useridentity.arn, eventName, element_at(requestparameters, 'userName') AS user_name, element_at(requestparameters, 'roleName') AS role_name, element_at(requestparameters, 'policyArn') AS policy_arn
FROM $EDS_ID
WHERE eventSource = 'iam.amazonaws.com' AND readOnly = false AND errorCode IS NULL
ORDER BY eventTime DESC

-- Name: Access keys created
-- Description: New access keys, for whom they are and who made them.
SELECT eventTime, useridentity.arn, element_at(requestparameters, 'userName') AS user_name, json_extract_scalar(element_at(responseelements, 'accessKey'), '$.accessKeyId') AS access_key
FROM $EDS_ID
WHERE eventName = 'CreateAccessKey' AND errorCode IS NULL
ORDER BY eventTime DESC

-- Name: Administrator policies attached
-- Description: Users, groups and roles that were given the policy AdministratorAccess.
SELECT eventTime, useridentity.arn, eventName, COALESCE(element_at(requestparameters, 'userName'), element_at(requestparameters, 'groupName'), element_at(requestparameters, 'roleName')) AS target
FROM $EDS_ID
WHERE eventName IN ('AttachUserPolicy', 'AttachGroupPolicy', 'AttachRolePolicy') AND element_at(requestparameters, 'policyArn') LIKE '%/AdministratorAccess'
ORDER BY eventTime DESC

-- Name: Roles assumed
-- Description: Which roles were assumed by whom, and how often.
SELECT element_at(requestparameters, 'roleArn') AS role_name, useridentity.arn, useridentity.invokedby, COUNT(*) AS times
FROM $EDS_ID
WHERE eventSource = 'sts.amazonaws.com' AND eventName LIKE 'AssumeRole%'
GROUP BY element_at(requestparameters, 'roleArn'), useridentity.arn, useridentity.invokedby
ORDER BY times DESC

-- Name: Roles assumed from other accounts
-- Description: Sessions of roles that principals of another account began.
SELECT eventTime, useridentity.accountid AS from_account, recipientAccountId AS to_account, element_at(requestparameters, 'roleArn') AS role_name
FROM $EDS_ID
WHERE eventName = 'AssumeRole' AND useridentity.accountid <> recipientAccountId
ORDER BY eventTime DESC

-- Name: Activity of federated users
-- Description: What was done by identities of a web or SAML identity provider.
SELECT eventTime, useridentity.identityprovider, useridentity.username, eventSource, eventName
FROM $EDS_ID
WHERE useridentity.type IN ('WebIdentityUser', 'SAMLUser')
ORDER BY eventTime DESC

-- Name: Temporary elevated access
-- Description: What one person did in sessions of one role within a window of time, as an approval of access asks.
SELECT eventID, eventName, eventSource, eventTime
FROM $EDS_ID
WHERE eventTime > '2026-11-01 08:00:00' AND eventTime < '2026-11-01 18:00:00' AND lower(useridentity.principalId) LIKE '%:alice%' AND useridentity.sessionContext.sessionIssuer.arn LIKE '%Admin%' AND recipientAccountId = '111122223333'

-- Name: Security group changes
-- Description: Rules of security groups that were added or taken away, and groups made or deleted.
SELECT eventTime, useridentity.arn, eventName, element_at(requestparameters, 'groupId') AS security_group, element_at(requestparameters, 'ipPermissions') AS rules
FROM $EDS_ID
WHERE eventName IN ('AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress', 'CreateSecurityGroup', 'DeleteSecurityGroup')
ORDER BY eventTime DESC

-- Name: Security groups opened to the world
-- Description: Ingress rules that let in every address.
SELECT eventTime, useridentity.arn, element_at(requestparameters, 'groupId') AS security_group, element_at(requestparameters, 'ipPermissions') AS rules
FROM $EDS_ID
WHERE eventName = 'AuthorizeSecurityGroupIngress' AND (element_at(requestparameters, 'ipPermissions') LIKE '%0.0.0.0/0%' OR element_at(requestparameters, 'ipPermissions') LIKE '%::/0%')
ORDER BY eventTime DESC

-- Name: EC2 instances launched and terminated
-- Description: Who started, stopped, launched or terminated instances.
SELECT eventTime, awsRegion, useridentity.arn, eventName, json_extract_scalar(element_at(responseelements, 'instancesSet'), '$.items[0].instanceId') AS first_instance
FROM $EDS_ID
WHERE eventSource = 'ec2.amazonaws.com' AND eventName IN ('RunInstances', 'StartInstances', 'StopInstances', 'TerminateInstances') AND errorCode IS NULL
ORDER BY eventTime DESC

-- Name: Network changes
-- Description: Changes of VPCs, subnets, routes, gateways and network ACLs.
SELECT eventTime, awsRegion, useridentity.arn, eventName
FROM $EDS_ID
WHERE eventSource = 'ec2.amazonaws.com' AND readOnly = false AND regexp_like(eventName, 'Vpc|Subnet|Route|Gateway|NetworkAcl')
ORDER BY eventTime DESC

-- Name: Snapshots and images shared
-- Description: Snapshots and images whose attributes were changed, by which they can be given to other accounts.
SELECT eventTime, useridentity.arn, eventName, element_at(requestparameters, 'snapshotId') AS snapshot, element_at(requestparameters, 'imageId') AS image
FROM $EDS_ID
WHERE eventName IN ('ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute')
ORDER BY eventTime DESC

-- Name: S3 buckets created and deleted
-- Description: Who made or deleted which bucket, and where.
SELECT eventTime, awsRegion, useridentity.arn, eventName, element_at(requestparameters, 'bucketName') AS bucket
FROM $EDS_ID
WHERE eventSource = 's3.amazonaws.com' AND eventName IN ('CreateBucket', 'DeleteBucket')
ORDER BY eventTime DESC

-- Name: S3 bucket policies and public access changed
-- Description: Changes that decide who can reach a bucket: policies, ACLs and the block of public access.
SELECT eventTime, useridentity.arn, eventName, element_at(requestparameters, 'bucketName') AS bucket
FROM $EDS_ID
WHERE eventName IN ('PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutAccountPublicAccessBlock')
ORDER BY eventTime DESC

-- Name: S3 objects deleted
-- Description: Who deleted which objects of a bucket; needs data events.
SELECT eventTime, useridentity.arn, element_at(requestparameters, 'bucketName') AS bucket, element_at(requestparameters, 'key') AS object_key
FROM $EDS_ID
WHERE eventName IN ('DeleteObject', 'DeleteObjects')
ORDER BY eventTime DESC

-- Name: Anonymous S3 requests
-- Description: Requests for objects by nobody in particular; needs data events.
SELECT eventTime, eventName, element_at(requestparameters, 'bucketName') AS bucket, sourceIPAddress, userAgent
FROM $EDS_ID
WHERE eventSource = 's3.amazonaws.com' AND useridentity.accountid = 'anonymous'
ORDER BY eventTime DESC

-- Name: Most downloaded S3 objects
-- Description: The objects with the most GetObject requests, and the bytes that left; needs data events.
SELECT element_at(requestparameters, 'bucketName') AS bucket, element_at(requestparameters, 'key') AS object_key, COUNT(*) AS downloads, SUM(CAST(element_at(additionaleventdata, 'bytesTransferredOut') AS double)) AS bytes
FROM $EDS_ID
WHERE eventName = 'GetObject' AND errorCode IS NULL
GROUP BY element_at(requestparameters, 'bucketName'), element_at(requestparameters, 'key')
ORDER BY downloads DESC
LIMIT 100

-- Name: KMS keys disabled or scheduled for deletion
-- Description: Keys that were taken out of service, without which data cannot be read.
SELECT eventTime, useridentity.arn, eventName, element_at(requestparameters, 'keyId') AS key_id
FROM $EDS_ID
WHERE eventSource = 'kms.amazonaws.com' AND eventName IN ('DisableKey', 'ScheduleKeyDeletion')
ORDER BY eventTime DESC

-- Name: Secrets read
-- Description: Who read which secret of Secrets Manager, and how often.
SELECT useridentity.arn, element_at(requestparameters, 'secretId') AS secret, COUNT(*) AS times, MAX(eventTime) AS latest
FROM $EDS_ID
WHERE eventSource = 'secretsmanager.amazonaws.com' AND eventName = 'GetSecretValue'
GROUP BY useridentity.arn, element_at(requestparameters, 'secretId')
ORDER BY times DESC

-- Name: Lambda functions changed
-- Description: Functions whose code, configuration or permissions were changed.
SELECT eventTime, useridentity.arn, eventName, element_at(requestparameters, 'functionName') AS function_name
FROM $EDS_ID
WHERE eventSource = 'lambda.amazonaws.com' AND readOnly = false
ORDER BY eventTime DESC

-- Name: Trails stopped or changed
-- Description: Changes of CloudTrail itself, by which tracks could be hidden.
SELECT eventTime, useridentity.arn, eventName, element_at(requestparameters, 'name') AS trail, sourceIPAddress
FROM $EDS_ID
WHERE eventSource = 'cloudtrail.amazonaws.com' AND eventName IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'DeleteEventDataStore', 'StopEventDataStoreIngestion')
ORDER BY eventTime DESC

-- Name: Who ran Lake queries
-- Description: Queries that were started on event data stores, by principal.
SELECT eventTime, useridentity.arn, sourceIPAddress, userAgent
FROM $EDS_ID
WHERE eventSource = 'cloudtrail.amazonaws.com' AND eventName = 'StartQuery'
ORDER BY eventTime DESC

-- Name: Old TLS versions
-- Description: Callers that still use TLS 1.0 or 1.1, by service and user agent.
SELECT eventSource, tlsdetails.tlsversion, useridentity.arn, userAgent, COUNT(*) AS calls
FROM $EDS_ID
WHERE tlsdetails.tlsversion IN ('TLSv1', 'TLSv1.1')
GROUP BY eventSource, tlsdetails.tlsversion, useridentity.arn, userAgent
ORDER BY calls DESC

-- Name: Calls through VPC endpoints
-- Description: How many calls came through each VPC endpoint, and how many were refused there.
SELECT vpcEndpointId, eventSource, COUNT(*) AS calls, SUM(CASE WHEN errorCode = 'VpceAccessDenied' THEN 1 ELSE 0 END) AS refused
FROM $EDS_ID
WHERE vpcEndpointId IS NOT NULL
GROUP BY vpcEndpointId, eventSource
ORDER BY calls DESC

-- Name: Events about one resource
-- Description: Everything that touched the resources whose ARN ends so.
SELECT eventTime, eventName, useridentity.arn, resource.arn AS resource
FROM $EDS_ID CROSS JOIN UNNEST(resources) AS t(resource)
WHERE resource.arn LIKE '%:table/orders'
ORDER BY eventTime DESC

-- Name: User agents
-- Description: Which SDKs and tools are used, by the beginning of their user agents.
SELECT split_part(userAgent, ' ', 1) AS agent, COUNT(*) AS calls, approx_distinct(useridentity.arn) AS principals
FROM $EDS_ID
GROUP BY split_part(userAgent, ' ', 1)
ORDER BY calls DESC

-- Name: Changes made by hand in the console
-- Description: Writes in sessions that began in the console, past any pipeline.
SELECT eventTime, useridentity.arn, eventSource, eventName
FROM $EDS_ID
WHERE sessionCredentialFromConsole = 'true' AND readOnly = false
ORDER BY eventTime DESC

-- Name: First and last call of each principal
-- Description: Since when and until when each principal was active, and with which service it began.
SELECT useridentity.arn, MIN(eventTime) AS first_call, MAX(eventTime) AS last_call, COUNT(*) AS calls
FROM $EDS_ID
GROUP BY useridentity.arn
ORDER BY last_call DESC

-- Name: Principals not seen before
-- Description: Principals whose first call of all lies within the last seven days.
WITH firsts AS (SELECT useridentity.arn AS principal, MIN(eventTime) AS first_call FROM $EDS_ID GROUP BY useridentity.arn)
SELECT principal, first_call
FROM firsts
WHERE first_call > date_add('day', -7, now())
ORDER BY first_call DESC

-- Name: Bursts of calls
-- Description: Principals with more than a thousand calls in one minute.
SELECT useridentity.arn, date_trunc('minute', eventTime) AS minute, COUNT(*) AS calls
FROM $EDS_ID
GROUP BY useridentity.arn, date_trunc('minute', eventTime)
HAVING COUNT(*) > 1000
ORDER BY calls DESC

-- Name: Marketplace metering
-- Description: Usage records that sellers sent to AWS Marketplace, by product code.
SELECT date_trunc('day', eventTime) AS day, element_at(requestparameters, 'productCode') AS product_code, eventName, COUNT(*) AS calls, SUM(CASE WHEN errorCode IS NULL THEN 0 ELSE 1 END) AS failed
FROM $EDS_ID
WHERE eventSource = 'metering-marketplace.amazonaws.com'
GROUP BY date_trunc('day', eventTime), element_at(requestparameters, 'productCode'), eventName
ORDER BY day DESC

-- Name: Licenses checked out
-- Description: Licenses of License Manager that were checked out and in, by caller.
SELECT eventTime, useridentity.arn, eventName, element_at(requestparameters, 'productSKU') AS product, errorCode
FROM $EDS_ID
WHERE eventSource = 'license-manager.amazonaws.com' AND eventName IN ('CheckoutLicense', 'CheckoutBorrowLicense', 'CheckInLicense', 'ExtendLicenseConsumption')
ORDER BY eventTime DESC

-- Name: Proof of one event
-- Description: The whole record of an event and its checksum, to be held against the log file that was delivered.
SELECT eventjson, eventjsonchecksum
FROM $EDS_ID
WHERE eventID = '00000000-0000-4000-8000-000000000000'
