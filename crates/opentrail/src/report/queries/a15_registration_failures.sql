-- A15 registration-failures: registration tokens that could not be resolved, by day and error
-- reports: metering
-- kind: finding
-- numbers: calls
-- chart: none
--
-- Each is a buyer who stood on the seller's registration page and did not get in: a token that was
-- too old (the page was slow, or reloaded later) or garbled on its way, or a caller without the
-- right to resolve it.
SELECT date_trunc('day', eventtime) AS call_day, recipientaccountid AS seller, errorcode, count(*) AS calls
FROM events
WHERE eventsource = 'metering-marketplace.amazonaws.com' AND eventname = 'ResolveCustomer'
  AND errorcode IS NOT NULL AND eventtime >= :begins AND eventtime < :ends
GROUP BY date_trunc('day', eventtime), recipientaccountid, errorcode
ORDER BY call_day, seller, errorcode
