-- mp_sent: one row per usage record that a seller sent, of all time, with what came of it
--
-- An answered call gives one row for each result and for each unprocessed record; a call that was
-- refused as a whole gives one for each record that it carried, with the outcome RequestFailed.
-- `usage_ts` reads the three forms in which times of usage occur: `Apr 19, 2018 4:32:50 PM` (also
-- with a narrow space before PM), ISO 8601, and seconds since 1970. `product_ref` is what the
-- service keeps usage apart by: the license ARN, or else the product code.
SELECT eventid, eventtime, seller, awsregion, caller, errorcode, outcome, metering_record_id,
  product_code, license_arn, coalesce(license_arn, product_code) AS product_ref,
  customer_account, customer_identifier, coalesce(customer_account, customer_identifier) AS customer,
  dimension, usage_ts, date_trunc('hour', usage_ts) AS usage_hour, quantity, allocations
FROM (
  SELECT eventid, eventtime, seller, awsregion, caller, errorcode, outcome, metering_record_id, product_code,
    json_extract_scalar(usage_record, '$.licenseArn') AS license_arn,
    coalesce(json_extract_scalar(usage_record, '$.customerAWSAccountId'),
      json_extract_scalar(usage_record, '$.customerAWSAccountID')) AS customer_account,
    nullif(json_extract_scalar(usage_record, '$.customerIdentifier'), '') AS customer_identifier,
    json_extract_scalar(usage_record, '$.dimension') AS dimension,
    CASE
      WHEN regexp_like(written, '^[A-Z][a-z][a-z] [0-9]')
        THEN try(date_parse(regexp_replace(written, '[^ -~]', ' '), '%b %e, %Y %l:%i:%s %p'))
      WHEN regexp_like(written, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T')
        THEN try(date_parse(substr(written, 1, 19), '%Y-%m-%dT%H:%i:%s'))
      WHEN regexp_like(written, '^[0-9]{9,10}([.][0-9]+)?$')
        THEN date_add('second', CAST(split_part(written, '.', 1) AS bigint), TIMESTAMP '1970-01-01 00:00:00')
    END AS usage_ts,
    try_cast(coalesce(json_extract_scalar(usage_record, '$.quantityAsDecimal'),
      json_extract_scalar(usage_record, '$.quantity'), '0') AS decimal(18, 6)) AS quantity,
    json_extract(usage_record, '$.usageAllocations') AS allocations
  FROM (
    SELECT eventid, eventtime, seller, awsregion, caller, errorcode, outcome, metering_record_id, product_code,
      usage_record, json_extract_scalar(usage_record, '$.timestamp') AS written
    FROM (
      SELECT eventid, eventtime, recipientaccountid AS seller, awsregion, useridentity.arn AS caller, errorcode,
        json_extract_scalar(result, '$.status') AS outcome,
        json_extract_scalar(result, '$.meteringRecordId') AS metering_record_id,
        json_extract_scalar(requestparameters, '$.productCode') AS product_code,
        json_extract(result, '$.usageRecord') AS usage_record
      FROM events
      CROSS JOIN UNNEST(TRY_CAST(json_extract(responseelements, '$.results') AS array(json))) AS t (result)
      WHERE eventsource = 'metering-marketplace.amazonaws.com' AND eventname = 'BatchMeterUsage'
      UNION ALL
      SELECT eventid, eventtime, recipientaccountid, awsregion, useridentity.arn, errorcode,
        'Unprocessed', CAST(NULL AS varchar),
        json_extract_scalar(requestparameters, '$.productCode'), usage_record
      FROM events
      CROSS JOIN UNNEST(TRY_CAST(json_extract(responseelements, '$.unprocessedRecords') AS array(json))) AS t (usage_record)
      WHERE eventsource = 'metering-marketplace.amazonaws.com' AND eventname = 'BatchMeterUsage'
      UNION ALL
      SELECT eventid, eventtime, recipientaccountid, awsregion, useridentity.arn, errorcode,
        'RequestFailed', CAST(NULL AS varchar),
        json_extract_scalar(requestparameters, '$.productCode'), usage_record
      FROM events
      CROSS JOIN UNNEST(TRY_CAST(json_extract(requestparameters, '$.usageRecords') AS array(json))) AS t (usage_record)
      WHERE eventsource = 'metering-marketplace.amazonaws.com' AND eventname = 'BatchMeterUsage'
        AND errorcode IS NOT NULL
    ) AS sent
  ) AS dated
) AS read
