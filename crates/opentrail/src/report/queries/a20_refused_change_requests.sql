-- A20 refused-change-requests: change sets that were refused at once
-- reports: catalog
-- kind: finding
-- numbers: changes
-- chart: none
--
-- The entity is locked by another set, the request does not validate, or too many sets are open.
-- Nothing of such a set was tried. What fails later is in A19.
SELECT eventtime, recipientaccountid AS seller, useridentity.arn AS caller, errorcode, errormessage,
  json_array_length(json_extract(requestparameters, '$.changeSet')) AS changes
FROM events
WHERE eventsource IN ('marketplacecatalog.amazonaws.com', 'catalog.marketplace.amazonaws.com')
  AND eventname = 'StartChangeSet' AND errorcode IS NOT NULL
  AND eventtime >= :begins AND eventtime < :ends
ORDER BY eventtime, caller, errorcode
