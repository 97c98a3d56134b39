-- Name: Top services
-- Description: The services with the most calls.
SELECT eventSource, COUNT(*) AS calls FROM events WHERE eventTime > '?' AND eventTime < '?' GROUP BY eventSource ORDER BY calls DESC LIMIT 10

-- Name: Top errors
-- Description: The most frequent errors.
SELECT eventSource, eventName, errorCode, COUNT(*) AS errors FROM events WHERE errorCode IS NOT NULL AND eventTime > '?' AND eventTime < '?' GROUP BY eventSource, eventName, errorCode ORDER BY errors DESC LIMIT 10

-- Name: Access denied
-- Description: Principals whose calls were refused.
SELECT useridentity.arn, COUNT(*) AS refused FROM events WHERE errorCode LIKE '%AccessDenied%' AND eventTime > '?' AND eventTime < '?' GROUP BY useridentity.arn ORDER BY refused DESC LIMIT 10

-- Name: Console logins
-- Description: Who signed in to the console.
SELECT useridentity.arn, element_at(responseelements, 'ConsoleLogin') AS outcome, COUNT(*) AS logins FROM events WHERE eventName = 'ConsoleLogin' AND eventTime > '?' AND eventTime < '?' GROUP BY useridentity.arn, element_at(responseelements, 'ConsoleLogin') ORDER BY logins DESC LIMIT 10

-- Name: Root user activity
-- Description: What the root user did.
SELECT eventTime, eventSource, eventName, sourceIPAddress FROM events WHERE useridentity.type = 'Root' AND eventTime > '?' AND eventTime < '?' ORDER BY eventTime DESC LIMIT 10

-- Name: Writes by principal
-- Description: Who changed the most.
SELECT useridentity.arn, COUNT(*) AS writes FROM events WHERE readOnly = false AND eventTime > '?' AND eventTime < '?' GROUP BY useridentity.arn ORDER BY writes DESC LIMIT 10
