//! Aggregates and windows.

use crate::world::World;

#[test]
fn aggregates() {
    World::new().expect(&[
        ("SELECT max_by(eventid, eventtime), min_by(eventid, eventtime), max_by(eventid, eventtime, 2), min(eventid, 2), max(eventid, 2) FROM events", &["e3 | e5 | [e3, e2] | [e1, e2] | [e5, e4]"]),
        ("SELECT max_by(eventid, errorcode), max_by(eventid, errormessage) FROM events", &["e2 | null"]),
        ("SELECT approx_distinct(sourceipaddress), count(DISTINCT sourceipaddress), count(sourceipaddress) FROM events", &["3 | 3 | 4"]),
        ("SELECT approx_distinct(eventtime), approx_distinct(readonly) FROM events", &["5 | 2"]),
        ("SELECT count_if(readonly), count_if(errorcode IS NOT NULL) FILTER (WHERE readonly), bool_and(managementevent), bool_or(readonly), every(readonly) FROM events", &["2 | 0 | true | true | false"]),
        ("SELECT arbitrary(errorcode), any_value(tlsdetails.tlsversion) FILTER (WHERE eventid = 'e2') FROM events", &["AccessDenied | TLSv1.2"]),
        ("SELECT array_agg(eventid ORDER BY eventtime DESC), array_sort(array_agg(DISTINCT eventsource)) FROM events WHERE eventtime > '2026-11-20'", &["[e3, e2, e1] | [iam.amazonaws.com, s3.amazonaws.com]"]),
        ("SELECT map_agg(eventid, eventname) FROM (SELECT * FROM events WHERE eventid IN ('e1', 'e2') ORDER BY eventid LIMIT 2)", &["{e1=CreateBucket, e2=CreateUser}"]),
        ("SELECT cardinality(histogram(eventsource)), histogram(eventsource)['s3.amazonaws.com'], element_at(multimap_agg(eventsource, eventid), 'iam.amazonaws.com') FROM events", &["4 | 2 | [e2]"]),
        ("SELECT listagg(eventid, ',') WITHIN GROUP (ORDER BY eventid DESC) FROM events", &["e5,e4,e3,e2,e1"]),
        ("SELECT approx_percentile(x, 0.5), approx_percentile(x, ARRAY[0.0, 1.0]) FROM (VALUES 1, 2, 3) AS t(x)", &["2.0 | [1.0, 3.0]"]),
        ("SELECT sum(x), avg(x), min(x), max(x), stddev_pop(x), var_samp(x), geometric_mean(x) FROM (VALUES (2), (8)) AS t(x)", &["10 | 5.0 | 2 | 8 | 3.0 | 18.0 | 4.0"]),
        ("SELECT eventsource, count(*) FROM events GROUP BY ROLLUP (eventsource) ORDER BY 2 DESC, 1 LIMIT 2", &["null | 5", "s3.amazonaws.com | 2"]),
        ("SELECT awsregion, readonly, count(*) FROM events GROUP BY GROUPING SETS ((awsregion), (readonly)) ORDER BY 3 DESC, 1, 2", &["us-east-1 | null | 4", "null | false | 3", "null | true | 2", "eu-west-1 | null | 1"]),
        ("SELECT count(*) FROM (SELECT awsregion, readonly FROM events GROUP BY CUBE (awsregion, readonly))", &["8"]),
        ("SELECT eventsource, count(*) AS n FROM events GROUP BY eventsource HAVING count(*) > 1", &["s3.amazonaws.com | 2"]),
        ("SELECT max(eventtime), min(eventtime) FROM events", &["2026-11-20 08:15:00.000 | 2026-10-01 00:00:00.000"]),
    ]);
}

#[test]
fn windows() {
    World::new().expect(&[
        ("SELECT eventid, row_number() OVER (PARTITION BY eventsource ORDER BY eventtime DESC) AS n FROM events WHERE eventsource LIKE 's3%' ORDER BY 2", &["e3 | 1", "e1 | 2"]),
        ("SELECT eventid, lag(eventid) OVER (ORDER BY eventtime), lead(eventid, 2) OVER (ORDER BY eventtime), date_diff('minute', lag(eventtime) OVER (ORDER BY eventtime), eventtime) FROM events ORDER BY eventtime DESC LIMIT 2", &["e3 | e2 | null | 14", "e2 | e1 | null | 28"]),
        ("SELECT eventid FROM (SELECT eventid, rank() OVER (PARTITION BY awsregion ORDER BY eventtime) AS r FROM events) WHERE r = 1 ORDER BY 1", &["e3", "e5"]),
        ("SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), first_value(x) OVER w, ntile(2) OVER w FROM (VALUES 1, 2, 3) AS t(x) WINDOW w AS (ORDER BY x) ORDER BY x", &["1 | 1 | 1", "3 | 1 | 1", "5 | 1 | 2"]),
        ("SELECT eventid, count(*) OVER () FROM events ORDER BY 1 LIMIT 1", &["e1 | 5"]),
        ("SELECT max_by(eventid, eventtime) OVER (PARTITION BY eventsource) FROM events WHERE eventid = 'e1'", &["ERROR not supported at line 1, column 8: max_by is not served over a window (write first_value(x) OVER (PARTITION BY … ORDER BY y DESC))"]),
    ]);
}
