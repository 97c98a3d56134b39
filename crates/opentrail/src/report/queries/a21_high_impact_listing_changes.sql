-- A21 high-impact-listing-changes: visibility, targeting, release, prices and policies
-- reports: catalog
-- kind: finding
-- numbers: none
-- chart: none
--
-- The changes that buyers see or pay for, and those that give others access. Worth a second pair of
-- eyes even when they were meant. Refused calls and sets that were only to be validated are left
-- out; a set that failed later is not.
SELECT eventtime, seller, caller, change_type AS change, entity_id AS subject, json_format(details) AS details
FROM mp_changes
WHERE change_type IN ('UpdateVisibility', 'RestrictDimensions', 'UpdateTargeting', 'ReleaseProduct', 'ReleaseOffer',
    'UpdatePricingTerms', 'UpdateMarkup', 'UpdateAvailability', 'RestrictResaleAuthorization')
  AND errorcode IS NULL AND intent <> 'VALIDATE' AND eventtime >= :begins AND eventtime < :ends
UNION ALL
SELECT eventtime, recipientaccountid, useridentity.arn, eventname,
  json_extract_scalar(requestparameters, '$.resourceArn'), json_extract_scalar(requestparameters, '$.policy')
FROM events
WHERE eventsource IN ('marketplacecatalog.amazonaws.com', 'catalog.marketplace.amazonaws.com')
  AND eventname IN ('PutResourcePolicy', 'DeleteResourcePolicy')
  AND errorcode IS NULL AND eventtime >= :begins AND eventtime < :ends
ORDER BY eventtime, change, subject
