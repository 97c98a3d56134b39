-- A16 buyer-side-metering: MeterUsage and RegisterUsage out of buyers' accounts
-- reports: metering
-- kind: facts
-- numbers: calls, errors, quantity
-- chart: none
--
-- Servers and containers meter themselves, in the account of the buyer. A record's id counts once,
-- as a repeated call gets the same one; failed calls and dry runs have none. A caller with many
-- errors and no quantity is a container that nobody pays for. The period goes by the calls' time.
WITH ranked AS (
  SELECT recipientaccountid AS buyer, json_extract_scalar(requestparameters, '$.productCode') AS product_code,
    eventname, json_extract_scalar(requestparameters, '$.usageDimension') AS dimension,
    useridentity.arn AS caller, errorcode,
    json_extract_scalar(responseelements, '$.meteringRecordId') AS metering_record_id,
    try_cast(coalesce(json_extract_scalar(requestparameters, '$.usageQuantityAsDecimal'),
      json_extract_scalar(requestparameters, '$.usageQuantity'), '0') AS decimal(18, 6)) AS quantity,
    row_number() OVER (
      PARTITION BY eventname, json_extract_scalar(responseelements, '$.meteringRecordId')
      ORDER BY eventtime, eventid) AS nth
  FROM events
  WHERE eventsource = 'metering-marketplace.amazonaws.com' AND eventname IN ('MeterUsage', 'RegisterUsage')
    AND eventtime >= :begins AND eventtime < :ends
)
SELECT buyer, product_code, eventname, dimension, caller, count(*) AS calls, count(errorcode) AS errors,
  sum(CASE WHEN nth = 1 AND metering_record_id IS NOT NULL THEN quantity END) AS quantity
FROM ranked
GROUP BY buyer, product_code, eventname, dimension, caller
ORDER BY buyer, product_code, eventname, dimension, caller
