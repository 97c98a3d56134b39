-- A03 record-outcome-mix: records by day and outcome
-- reports: metering
-- kind: facts
-- numbers: records, quantity
-- chart: stack x=call_day y=records series=outcome
--
-- A call can succeed and still drop records: the outcome stands in each result, and programs often
-- do not read it. Everything but Success wants somebody who looks at it. Days are those of the
-- calls; a retry counts as often as it was sent.
SELECT date_trunc('day', eventtime) AS call_day, outcome, errorcode, count(*) AS records, sum(quantity) AS quantity
FROM mp_records
GROUP BY date_trunc('day', eventtime), outcome, errorcode
ORDER BY call_day, outcome, errorcode
