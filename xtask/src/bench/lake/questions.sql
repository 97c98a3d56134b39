-- The SQL questions of `cargo xtask bench lake`.
--
-- "-- name" begins a question; "-- duckdb" and "-- ours" begin its text for one engine, without either
-- it is the same for both. {user} and the like stand for another value in every round.

-- name: top event names
SELECT eventsource, eventname, count(*) AS n FROM events WHERE eventtime > TIMESTAMP '{early}'
GROUP BY eventsource, eventname ORDER BY n DESC, eventname LIMIT 20

-- name: errors by principal
SELECT useridentity.arn AS arn, errorcode, count(*) AS n FROM events
WHERE errorcode IS NOT NULL AND eventtime > TIMESTAMP '{early}'
GROUP BY useridentity.arn, errorcode ORDER BY n DESC, arn LIMIT 50

-- name: events and addresses of each day
SELECT date_trunc('day', eventtime) AS day, count(*) AS n, count(DISTINCT sourceipaddress) AS addresses
FROM events WHERE eventtime > TIMESTAMP '{early}' GROUP BY date_trunc('day', eventtime) ORDER BY day

-- name: each day, about how many addresses
-- duckdb
SELECT date_trunc('day', eventtime) AS day, approx_count_distinct(sourceipaddress) AS addresses
FROM events WHERE eventtime > TIMESTAMP '{early}' GROUP BY date_trunc('day', eventtime) ORDER BY day
-- ours
SELECT date_trunc('day', eventtime) AS day, approx_distinct(sourceipaddress) AS addresses
FROM events WHERE eventtime > TIMESTAMP '{early}' GROUP BY date_trunc('day', eventtime) ORDER BY day

-- name: one user in the last week
SELECT eventtime, eventname, sourceipaddress FROM events
WHERE useridentity.username = '{user}' AND eventtime > TIMESTAMP '{week}' ORDER BY eventtime DESC LIMIT 100

-- name: a text in request parameters
-- duckdb
SELECT count(*) AS n FROM events WHERE CAST(requestparameters AS VARCHAR) LIKE '%{bucket}%'
-- ours
SELECT count(*) AS n FROM events WHERE requestparameters LIKE '%{bucket}%'

-- name: buckets and who touches them
-- duckdb
SELECT requestparameters->>'$.bucketName' AS bucket, count(*) AS n, count(DISTINCT useridentity.arn) AS callers
FROM events WHERE eventsource = 's3.amazonaws.com' AND awsregion = '{region}' GROUP BY 1 ORDER BY n DESC, bucket LIMIT 20
-- ours
SELECT element_at(requestparameters, 'bucketName') AS bucket, count(*) AS n, count(DISTINCT useridentity.arn) AS callers
FROM events WHERE eventsource = 's3.amazonaws.com' AND awsregion = '{region}' GROUP BY 1 ORDER BY n DESC, bucket LIMIT 20

-- name: principals of each Region
SELECT awsregion, count(DISTINCT useridentity.principalid) AS principals FROM events
WHERE eventtime > TIMESTAMP '{early}' GROUP BY awsregion ORDER BY awsregion

-- name: roles that were assumed
-- duckdb
SELECT requestparameters->>'$.roleArn' AS role, useridentity.type AS kind, count(*) AS n FROM events
WHERE eventname = 'AssumeRole' AND recipientaccountid = '{account}' GROUP BY 1, 2 ORDER BY n DESC, role LIMIT 50
-- ours
SELECT json_extract_scalar(requestparameters, '$.roleArn') AS role, useridentity.type AS kind, count(*) AS n FROM events
WHERE eventname = 'AssumeRole' AND recipientaccountid = '{account}' GROUP BY 1, 2 ORDER BY n DESC, role LIMIT 50

-- name: sign-ins with a second factor
-- duckdb
SELECT useridentity.username AS name, count(*) AS n FROM events
WHERE eventname = 'ConsoleLogin' AND eventtime > TIMESTAMP '{early}'
AND (additionaleventdata->>'$.MFAUsed') = 'Yes' GROUP BY 1 ORDER BY n DESC, name
-- ours
SELECT useridentity.username AS name, count(*) AS n FROM events
WHERE eventname = 'ConsoleLogin' AND eventtime > TIMESTAMP '{early}'
AND json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'Yes' GROUP BY 1 ORDER BY n DESC, name

-- name: hours of the day
SELECT extract(hour FROM eventtime) AS hour, count(*) AS n FROM events
WHERE recipientaccountid = '{account}' GROUP BY extract(hour FROM eventtime) ORDER BY hour

-- name: first and last use of access keys
SELECT useridentity.accesskeyid AS accesskey, min(eventtime) AS first_use, max(eventtime) AS last_use, count(*) AS n
FROM events WHERE useridentity.accesskeyid IS NOT NULL AND eventtime > TIMESTAMP '{early}'
GROUP BY useridentity.accesskeyid ORDER BY n DESC, accesskey LIMIT 100

-- name: types of resources
-- duckdb
SELECT r.type AS kind, count(*) AS n FROM (SELECT unnest(resources) AS r FROM events WHERE awsregion = '{region}')
GROUP BY r.type ORDER BY n DESC, kind
-- ours
SELECT r.type AS kind, count(*) AS n FROM events CROSS JOIN UNNEST(resources) AS t (r)
WHERE awsregion = '{region}' GROUP BY r.type ORDER BY n DESC, kind

-- name: everybody who touched a bucket's objects
-- duckdb
SELECT useridentity.arn AS arn, count(*) AS n FROM events
WHERE len(list_filter(resources, lambda r: r.arn LIKE 'arn:aws:s3:::{bucket}%')) > 0 GROUP BY 1 ORDER BY n DESC, arn LIMIT 50
-- ours
SELECT useridentity.arn AS arn, count(*) AS n FROM events
WHERE any_match(resources, r -> r.arn LIKE 'arn:aws:s3:::{bucket}%') GROUP BY 1 ORDER BY n DESC, arn LIMIT 50

-- name: refused, then changed a policy
SELECT denied.arn AS arn, count(*) AS n
FROM (SELECT useridentity.arn AS arn, min(eventtime) AS seen FROM events
      WHERE errorcode LIKE '%Denied%' AND recipientaccountid = '{account}' GROUP BY useridentity.arn) denied
JOIN (SELECT useridentity.arn AS arn, eventtime AS seen FROM events
      WHERE eventname LIKE 'Put%Policy' AND errorcode IS NULL) changed
ON denied.arn = changed.arn AND changed.seen > denied.seen GROUP BY denied.arn ORDER BY n DESC, arn LIMIT 50

-- name: the last event of every key
SELECT accesskey, eventname, eventtime FROM
(SELECT useridentity.accesskeyid AS accesskey, eventname, eventtime,
        row_number() OVER (PARTITION BY useridentity.accesskeyid ORDER BY eventtime DESC, eventid) AS place
 FROM events WHERE recipientaccountid = '{account}' AND awsregion = 'us-east-1') ranked
WHERE place = 1 ORDER BY eventtime DESC, accesskey LIMIT 100

-- name: how long until the next sign-in
SELECT name, max(gap) AS longest FROM
(SELECT name, date_diff('second', lag(seen) OVER (PARTITION BY name ORDER BY seen), seen) AS gap FROM
 (SELECT useridentity.arn AS name, eventtime AS seen FROM events
  WHERE eventname = 'ConsoleLogin' AND eventtime > TIMESTAMP '{early}') signed) gaps
GROUP BY name ORDER BY name LIMIT 50

-- name: a session of a person
SELECT eventid, eventname, eventsource, eventtime FROM events
WHERE eventtime > TIMESTAMP '{week}' AND lower(useridentity.principalid) LIKE '%:{word}%'
AND useridentity.sessioncontext.sessionissuer.arn LIKE '%SSO%' ORDER BY eventtime DESC LIMIT 100

-- name: programs by their user agents
SELECT regexp_extract(useragent, '^[^/ ]+') AS program, count(*) AS n FROM events
WHERE recipientaccountid = '{account}' GROUP BY regexp_extract(useragent, '^[^/ ]+') ORDER BY n DESC, program LIMIT 20

-- name: what people and programs change
SELECT eventsource, count(*) AS n FROM events
WHERE readonly = false AND useridentity.type <> 'AWSService' AND eventtime > TIMESTAMP '{early}'
GROUP BY eventsource ORDER BY n DESC, eventsource

-- name: one role in two Regions
SELECT 'here' AS place, count(*) AS n FROM events
WHERE useridentity.sessioncontext.sessionissuer.username = '{role}' AND awsregion = 'us-east-1'
UNION ALL SELECT 'there' AS place, count(*) AS n FROM events
WHERE useridentity.sessioncontext.sessionissuer.username = '{role}' AND awsregion = 'eu-west-1'

-- name: what the busiest addresses do
WITH busy AS (SELECT sourceipaddress AS address, count(*) AS n FROM events
              WHERE sourceipaddress LIKE '198.%' AND eventtime > TIMESTAMP '{early}'
              GROUP BY sourceipaddress ORDER BY n DESC, address LIMIT 10)
SELECT busy.address AS address, events.eventname AS name, count(*) AS n
FROM events JOIN busy ON events.sourceipaddress = busy.address
GROUP BY busy.address, events.eventname ORDER BY n DESC, address, name LIMIT 50

-- name: how many instances calls name
-- duckdb
SELECT sum(json_array_length(requestparameters, '$.instancesSet.items')) AS n FROM events
WHERE eventname = 'DescribeInstances' AND recipientaccountid = '{account}'
-- ours
SELECT sum(json_array_length(json_extract(requestparameters, '$.instancesSet.items'))) AS n FROM events
WHERE eventname = 'DescribeInstances' AND recipientaccountid = '{account}'

-- name: the newest event of each service
-- duckdb
SELECT eventsource, arg_max(eventname, eventtime) AS name, max(eventtime) AS seen FROM events
WHERE awsregion = '{region}' GROUP BY eventsource ORDER BY eventsource
-- ours
SELECT eventsource, max_by(eventname, eventtime) AS name, max(eventtime) AS seen FROM events
WHERE awsregion = '{region}' GROUP BY eventsource ORDER BY eventsource

-- name: addresses that came once
SELECT count(*) AS n FROM (SELECT sourceipaddress FROM events WHERE eventtime > TIMESTAMP '{week}'
GROUP BY sourceipaddress HAVING count(*) = 1) once

-- name: all that one address did
SELECT eventtime, eventname, useridentity.arn AS arn FROM events
WHERE sourceipaddress = '{address}' ORDER BY eventtime DESC LIMIT 500
