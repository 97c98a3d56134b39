-- A29 purchases-and-cancellations: agreements that buyers accepted or cancelled
-- reports: catalog
-- kind: facts
-- numbers: none
-- chart: none
--
-- A purchase is two calls: the request, which names the proposal and the intent, and its
-- acceptance; the row is the acceptance with what its request said. They are events of the buyer's
-- account. Cancelling a free trial or letting an agreement run out leaves no call.
WITH requests AS (
  SELECT json_extract_scalar(responseelements, '$.agreementRequestId') AS agreement_request_id,
    max(json_extract_scalar(requestparameters, '$.intent')) AS intent,
    max(json_extract_scalar(requestparameters, '$.agreementProposalIdentifier')) AS proposal
  FROM events
  WHERE eventsource = 'agreement-marketplace.amazonaws.com' AND eventname = 'CreateAgreementRequest'
    AND json_extract_scalar(responseelements, '$.agreementRequestId') IS NOT NULL
  GROUP BY json_extract_scalar(responseelements, '$.agreementRequestId')
)
SELECT a.eventtime, a.recipientaccountid AS buyer, a.useridentity.arn AS caller, a.eventname, a.errorcode,
  coalesce(json_extract_scalar(a.responseelements, '$.agreementId'),
    json_extract_scalar(a.requestparameters, '$.agreementId')) AS agreement_id,
  q.intent, q.proposal
FROM events a
LEFT JOIN requests q ON q.agreement_request_id = json_extract_scalar(a.requestparameters, '$.agreementRequestId')
WHERE a.eventsource = 'agreement-marketplace.amazonaws.com'
  AND a.eventname IN ('AcceptAgreementRequest', 'CancelAgreement')
  AND a.eventtime >= :begins AND a.eventtime < :ends
ORDER BY a.eventtime, buyer, a.eventname
