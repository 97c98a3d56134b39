-- A19 change-set-outcomes: what became of every change set
-- reports: catalog
-- kind: facts
-- numbers: changes
-- chart: bar label=outcome y=count
--
-- StartChangeSet only takes the order; the set succeeds or fails minutes or weeks later. Its end
-- stands in the event ChangeSetStatusChange, which opentrail writes and AWS does not. Without it a
-- set that was cancelled is CANCELLED, and any other one UNKNOWN.
WITH asked AS (
  SELECT change_set_id, min(eventtime) AS requested, min(seller) AS seller, min(caller) AS requested_by,
    count(*) AS changes
  FROM mp_changes
  WHERE change_set_id IS NOT NULL
  GROUP BY change_set_id
),
moved AS (
  SELECT json_extract_scalar(serviceeventdetails, '$.ChangeSetId') AS change_set_id,
    coalesce(
      max(CASE WHEN json_extract_scalar(serviceeventdetails, '$.Status') IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
        THEN json_extract_scalar(serviceeventdetails, '$.Status') END),
      max(json_extract_scalar(serviceeventdetails, '$.Status'))) AS status,
    max(json_extract_scalar(serviceeventdetails, '$.FailureCode')) AS failure_code
  FROM events
  WHERE eventtype = 'AwsServiceEvent'
    AND eventsource IN ('marketplacecatalog.amazonaws.com', 'catalog.marketplace.amazonaws.com')
    AND eventname = 'ChangeSetStatusChange'
  GROUP BY json_extract_scalar(serviceeventdetails, '$.ChangeSetId')
),
cancelled AS (
  SELECT DISTINCT json_extract_scalar(requestparameters, '$.changeSetId') AS change_set_id
  FROM events
  WHERE eventsource IN ('marketplacecatalog.amazonaws.com', 'catalog.marketplace.amazonaws.com')
    AND eventname = 'CancelChangeSet' AND errorcode IS NULL
)
SELECT a.requested, a.seller, a.requested_by, a.change_set_id, a.changes,
  CASE
    WHEN m.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED') THEN m.status
    WHEN c.change_set_id IS NOT NULL THEN 'CANCELLED'
    ELSE coalesce(m.status, 'UNKNOWN')
  END AS outcome,
  m.failure_code
FROM asked a
LEFT JOIN moved m ON m.change_set_id = a.change_set_id
LEFT JOIN cancelled c ON c.change_set_id = a.change_set_id
WHERE a.requested >= :begins AND a.requested < :ends
ORDER BY a.requested, a.change_set_id
