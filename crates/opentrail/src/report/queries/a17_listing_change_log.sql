-- A17 listing-change-log: who asked to change which listing, offer or authorization, and when
-- reports: catalog
-- kind: facts
-- numbers: none
-- chart: none
--
-- One row per change, refused calls included. A change set is all or nothing and ends later; A19
-- has what became of it. An entity that the same set creates has a name with a dollar sign.
SELECT eventtime, seller, caller, from_console, intent, change_type, entity_type, entity_id,
  change_set_id, errorcode
FROM mp_changes
WHERE eventtime >= :begins AND eventtime < :ends
ORDER BY eventtime, change_set_id, change_type, entity_id
