-- A14 onboarded-but-never-metered: buyers who registered and of whom no record was ever accepted
-- reports: metering
-- kind: finding
-- numbers: none
-- chart: none
--
-- ResolveCustomer tells the seller who came to register. A buyer of the period without a single
-- accepted record, then or later, either uses nothing (then records of zero are missing) or was
-- never connected to metering. It needs ResolveCustomer to be recorded, which AWS itself may not
-- do, and it does not see buyers of contracts without metering apart.
WITH resolved AS (
  SELECT recipientaccountid AS seller,
    coalesce(json_extract_scalar(responseelements, '$.customerAWSAccountId'),
      json_extract_scalar(responseelements, '$.customerAWSAccountID')) AS customer_account,
    nullif(json_extract_scalar(responseelements, '$.customerIdentifier'), '') AS customer_identifier,
    json_extract_scalar(responseelements, '$.productCode') AS product_code,
    json_extract_scalar(responseelements, '$.licenseArn') AS license_arn, min(eventtime) AS resolved_at
  FROM events
  WHERE eventsource = 'metering-marketplace.amazonaws.com' AND eventname = 'ResolveCustomer'
    AND errorcode IS NULL AND eventtime >= :begins AND eventtime < :ends
  GROUP BY 1, 2, 3, 4, 5
),
metered AS (
  SELECT DISTINCT seller, customer FROM mp_sent WHERE outcome = 'Success'
)
SELECT r.seller, r.customer_account, r.customer_identifier, r.product_code, r.license_arn, r.resolved_at
FROM resolved r
LEFT JOIN metered a ON a.seller = r.seller AND a.customer = r.customer_account
LEFT JOIN metered i ON i.seller = r.seller AND i.customer = r.customer_identifier
WHERE a.customer IS NULL AND i.customer IS NULL
ORDER BY r.resolved_at, r.customer_account, r.customer_identifier
