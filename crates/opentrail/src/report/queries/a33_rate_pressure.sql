-- A33 rate-pressure: seconds in which an account reached an operation's rate, or was throttled
-- reports: metering, catalog
-- kind: finding
-- numbers: calls, quota, throttled
-- chart: none
--
-- Against the rates that AWS documents, per account and Region. Metering all buyers at the full
-- hour runs into them; spread the calls, or fill the batches. Integration partners have five times
-- the rates of Catalog. Events have whole seconds, so a burst over the turn of a second hides.
WITH quotas (eventsource, eventname, per_second) AS (
  VALUES
    ('metering-marketplace.amazonaws.com', 'BatchMeterUsage', 10),
    ('metering-marketplace.amazonaws.com', 'MeterUsage', 10),
    ('metering-marketplace.amazonaws.com', 'RegisterUsage', 5),
    ('marketplacecatalog.amazonaws.com', 'ListEntities', 10),
    ('marketplacecatalog.amazonaws.com', 'DescribeEntity', 20),
    ('marketplacecatalog.amazonaws.com', 'StartChangeSet', 5),
    ('marketplacecatalog.amazonaws.com', 'ListChangeSets', 5),
    ('marketplacecatalog.amazonaws.com', 'DescribeChangeSet', 10),
    ('marketplacecatalog.amazonaws.com', 'CancelChangeSet', 5)
)
SELECT date_trunc('second', e.eventtime) AS call_second, e.recipientaccountid AS account, e.awsregion, e.eventname,
  count(*) AS calls, max(q.per_second) AS quota,
  sum(CASE WHEN e.errorcode IN ('ThrottlingException', 'RateLimitExceededException') THEN 1 ELSE 0 END) AS throttled
FROM events e
JOIN quotas q ON q.eventsource = e.eventsource AND q.eventname = e.eventname
WHERE e.eventtime >= :begins AND e.eventtime < :ends
GROUP BY date_trunc('second', e.eventtime), e.recipientaccountid, e.awsregion, e.eventname
HAVING count(*) >= max(q.per_second)
  OR sum(CASE WHEN e.errorcode IN ('ThrottlingException', 'RateLimitExceededException') THEN 1 ELSE 0 END) > 0
ORDER BY call_second, account, e.awsregion, e.eventname
