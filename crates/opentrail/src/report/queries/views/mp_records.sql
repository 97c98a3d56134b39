-- mp_records: the records whose usage lies in the period
--
-- A month is billed by the time of usage, not by that of the call: what was used on the last
-- evening and sent after midnight belongs to the month before. A record whose time cannot be read
-- counts by its call. `nth` counts the sends of one outcome for the same hour, so that an identical
-- retry can be left out. Nothing is sent a day before it is used: older calls need not be read.
SELECT *,
  row_number() OVER (
    PARTITION BY seller, product_ref, customer, dimension, usage_hour, outcome ORDER BY eventtime, eventid) AS nth
FROM mp_sent
WHERE coalesce(usage_ts, eventtime) >= :begins AND coalesce(usage_ts, eventtime) < :ends
  AND eventtime >= date_add('day', -1, :begins)
