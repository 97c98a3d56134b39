-- mp_changes: one row per change that a StartChangeSet call asked for, of all time
--
-- The details come as JSON text or as a document; `details` is the JSON either way. `entity_id` has
-- no revision. A change may name an entity that the same set creates (`$Offer.Entity.Identifier`);
-- `entity_key` keeps such names of different sets apart.
SELECT eventid, eventtime, seller, caller, caller_type, errorcode, from_console, change_set_id,
  change_set_name, intent, change_type, entity_type, entity_id,
  CASE WHEN substr(entity_id, 1, 1) = '$' THEN concat(coalesce(change_set_id, eventid), entity_id)
    ELSE entity_id END AS entity_key,
  details
FROM (
  SELECT eventid, eventtime, recipientaccountid AS seller, useridentity.arn AS caller,
    useridentity.type AS caller_type, errorcode, sessioncredentialfromconsole AS from_console,
    json_extract_scalar(responseelements, '$.changeSetId') AS change_set_id,
    json_extract_scalar(requestparameters, '$.changeSetName') AS change_set_name,
    coalesce(json_extract_scalar(requestparameters, '$.intent'), 'APPLY') AS intent,
    json_extract_scalar(change, '$.changeType') AS change_type,
    json_extract_scalar(change, '$.entity.type') AS entity_type,
    regexp_replace(json_extract_scalar(change, '$.entity.identifier'), '@[0-9]+$', '') AS entity_id,
    coalesce(json_extract(change, '$.detailsDocument'),
      try(json_parse(json_extract_scalar(change, '$.details')))) AS details
  FROM events
  CROSS JOIN UNNEST(TRY_CAST(json_extract(requestparameters, '$.changeSet') AS array(json))) AS t (change)
  WHERE eventsource IN ('marketplacecatalog.amazonaws.com', 'catalog.marketplace.amazonaws.com')
    AND eventname = 'StartChangeSet'
) AS asked
