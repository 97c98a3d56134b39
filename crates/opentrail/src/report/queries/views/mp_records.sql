-- mp_records: the records whose usage lies in the period
--
-- A month is billed by the time of usage, not by that of the call: what was used on the last
-- evening and sent after midnight belongs to the month before. A record whose time cannot be read
-- counts by its call.
SELECT * FROM mp_sent
WHERE coalesce(usage_ts, eventtime) >= :begins AND coalesce(usage_ts, eventtime) < :ends
