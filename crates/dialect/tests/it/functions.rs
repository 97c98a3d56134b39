//! Functions, one row each: what Trino's documentation says they give.

use crate::world::World;

#[test]
fn json() {
    World::new().expect(&[
        ("SELECT json_extract('{\"a\":{\"b\":[1,2]}}', '$.a.b')", &["[1,2]"]),
        ("SELECT json_extract_scalar('{\"a\":{\"b\":[1,2]}}', '$.a.b[1]'), json_extract_scalar('{\"a\":{}}', '$.a')", &["2 | null"]),
        ("SELECT json_array_length('[1,2,3]'), json_array_length('{}')", &["3 | null"]),
        ("SELECT json_array_get('[\"a\",\"b\"]', 1), json_array_get('[1,2]', -1)", &["\"b\" | 2"]),
        ("SELECT json_array_contains('[1,2]', 2), json_array_contains('[\"x\"]', 'x'), json_array_contains('[2]', 'x')", &["true | true | false"]),
        ("SELECT json_format(json_parse(' {\"a\": 1} ')), is_json_scalar('1'), is_json_scalar('[1]')", &["{\"a\": 1} | true | false"]),
        ("SELECT json_size('{\"x\":{\"a\":1,\"b\":2}}', '$.x')", &["2"]),
        ("SELECT CAST(json_extract('{\"a\":\"x\"}', '$.a') AS varchar), CAST(json_extract('{\"a\":\"7\"}', '$.a') AS bigint) + 1", &["x | 8"]),
        ("SELECT CAST(json_parse('[\"a\",null,\"c\"]') AS array(varchar))", &["[a, null, c]"]),
        ("SELECT CAST(json_parse('{\"k\":[1,2]}') AS map(varchar, array(bigint)))['k'][2]", &["2"]),
        ("SELECT CAST(json_parse('{\"a\":1,\"b\":\"x\"}') AS row(a bigint, b varchar)).b", &["x"]),
        ("SELECT CAST(ARRAY[1,2] AS json), CAST(map(ARRAY['a'], ARRAY[1]) AS json), CAST('x' AS json)", &["[1,2] | {\"a\":1} | \"x\""]),
        ("SELECT try(json_parse('nonsense')), try_cast('x' AS bigint), try(CAST('x' AS bigint)), try(1/0)", &["null | null | null | null"]),
        ("SELECT element_at(requestparameters, 'Host'), element_at(requestparameters, 'n'), element_at(requestparameters, 'acl') FROM events WHERE eventid = 'e1'", &["[\"s3.amazonaws.com\"] | 5 | null"]),
        ("SELECT requestparameters['nested'], json_extract_scalar(requestparameters['nested'], '$.k') FROM events WHERE eventid = 'e1'", &["{\"k\":\"v\"} | v"]),
        ("SELECT typeof(json_parse('1')), typeof('x'), typeof(1), typeof(1.5), typeof(ARRAY['x']), typeof(eventtime), typeof(useridentity.arn) FROM events WHERE eventid = 'e1'", &["json | varchar | bigint | double | array(varchar) | timestamp(3) | varchar"]),
    ]);
}

#[test]
fn arrays_maps_and_lambdas() {
    World::new().expect(&[
        ("SELECT ARRAY[1,2,3][2], element_at(ARRAY['a','b'], -1), element_at(ARRAY[1], 5)", &["2 | b | null"]),
        ("SELECT contains(ARRAY['a','b'], 'b'), contains(ARRAY[1,NULL], 2), contains(ARRAY[1], 2)", &["true | null | false"]),
        ("SELECT transform(ARRAY[1,2,3], x -> x * 10), filter(ARRAY[1,2,3,4], x -> x % 2 = 0)", &["[10, 20, 30] | [2, 4]"]),
        ("SELECT any_match(ARRAY[1,2], x -> x > 1), all_match(ARRAY[1,2], x -> x > 1), none_match(ARRAY[1,2], x -> x > 5)", &["true | false | true"]),
        ("SELECT any_match(ARRAY[1,NULL], x -> x > 1), all_match(ARRAY[], x -> x), any_match(ARRAY[NULL,2], x -> x > 1)", &["null | true | true"]),
        ("SELECT reduce(ARRAY[5,20,50], 0, (s, x) -> s + x, s -> s), reduce(ARRAY[1.5,2.5], 0, (s, x) -> s + x, s -> s / 2)", &["75 | 2.0"]),
        ("SELECT reduce(ARRAY['a','b'], '', (s, x) -> s || x, s -> upper(s))", &["AB"]),
        ("SELECT zip_with(ARRAY[1,2], ARRAY[10,20], (x, y) -> x + y)", &["[11, 22]"]),
        ("SELECT eventid FROM events WHERE any_match(resources, r -> r.type = 'AWS::S3::Object')", &["e3"]),
        ("SELECT transform(resources, r -> r.arn || '@' || eventid) FROM events WHERE eventid IN ('e1', 'e3') ORDER BY eventid", &["[arn:aws:s3:::logs@e1]", "[arn:aws:s3:::logs/a/b.txt@e3, arn:aws:s3:::logs@e3]"]),
        ("SELECT map_filter(map(ARRAY['a','b'], ARRAY[1,2]), (k, v) -> v > 1)", &["{b=2}"]),
        ("SELECT transform_values(map(ARRAY['a'], ARRAY[1]), (k, v) -> k || CAST(v AS varchar)), transform_keys(map(ARRAY['a'], ARRAY[1]), (k, v) -> upper(k))", &["{a=a1} | {A=1}"]),
        ("SELECT map_keys(map_filter(requestparameters, (k, v) -> k LIKE 'b%')) FROM events WHERE eventid = 'e1'", &["[bucketName]"]),
        ("SELECT map(ARRAY['a','b'], ARRAY[1,2])['b'], element_at(map(ARRAY['a'], ARRAY[1]), 'z'), cardinality(map(ARRAY['a'], ARRAY[1]))", &["2 | null | 1"]),
        ("SELECT map_keys(m), map_values(m) FROM (SELECT map(ARRAY[1,2], ARRAY['x','y']) AS m)", &["[1, 2] | [x, y]"]),
        ("SELECT map_concat(map(ARRAY['a'], ARRAY[1]), map(ARRAY['a','b'], ARRAY[3,4])), map_entries(map(ARRAY['a'], ARRAY[1])), map_from_entries(ARRAY[ROW('k', 1)])", &["{a=3, b=4} | [{key=a, value=1}] | {k=1}"]),
        ("SELECT array_distinct(ARRAY[1,1,2]), array_max(ARRAY[3,7]), array_min(ARRAY[3,7]), array_join(ARRAY['a','b'], '-'), array_sort(ARRAY[3,NULL,1])", &["[1, 2] | 7 | 3 | a-b | [1, 3, null]"]),
        ("SELECT slice(ARRAY[1,2,3,4], 2, 2), slice(ARRAY[1,2,3,4], -2, 5), array_position(ARRAY['x','y'], 'y'), array_position(ARRAY['x'], 'q'), array_remove(ARRAY[1,2,1], 1)", &["[2, 3] | [3, 4] | 2 | 0 | [2]"]),
        ("SELECT concat(ARRAY[1], ARRAY[2]), ARRAY[1] || 2, flatten(ARRAY[ARRAY[1], ARRAY[2,3]]), arrays_overlap(ARRAY[1,2], ARRAY[2])", &["[1, 2] | [1, 2] | [1, 2, 3] | true"]),
        ("SELECT array_union(ARRAY[1], ARRAY[2]), array_intersect(ARRAY[1,2], ARRAY[2]), array_except(ARRAY[1,2], ARRAY[2])", &["[1, 2] | [2] | [1]"]),
        ("SELECT sequence(1, 4), sequence(5, 1, -2), repeat('x', 3)", &["[1, 2, 3, 4] | [5, 3, 1] | [x, x, x]"]),
        ("SELECT sequence(date '2026-01-30', date '2026-03-30', interval '1' month)", &["[2026-01-30, 2026-02-28, 2026-03-30]"]),
        ("SELECT CAST(ROW(1, 'a') AS row(x bigint, y varchar)).y, ROW(1, 'a')", &["a | {c0=1, c1=a}"]),
        ("SELECT split('a,b,c', ','), split('a,b,c', ',', 2), cardinality(split('a', ','))", &["[a, b, c] | [a, b,c] | 1"]),
    ]);
}

#[test]
fn time() {
    World::new().expect(&[
        ("SELECT now(), current_date", &["2026-11-20 12:00:00.000 | 2026-11-20"]),
        ("SELECT date_trunc('month', timestamp '2026-11-20 07:31:02'), date_trunc('week', timestamp '2026-11-20 07:31:02'), date_trunc('quarter', date '2026-11-20')", &["2026-11-01 00:00:00.000 | 2026-11-16 00:00:00.000 | 2026-10-01"]),
        ("SELECT date_add('month', 3, timestamp '2026-11-30 00:00:00'), date_add('day', -1, date '2026-03-01'), date_add('week', 1, date '2026-01-01')", &["2027-02-28 00:00:00.000 | 2026-02-28 | 2026-01-08"]),
        ("SELECT date_diff('hour', timestamp '2026-11-20 07:31:02', timestamp '2026-11-21 06:31:02'), date_diff('month', date '2026-01-31', date '2026-02-28'), date_diff('day', date '2026-03-01', date '2026-02-28')", &["23 | 1 | -1"]),
        ("SELECT date_parse('2026-11-20 07:31', '%Y-%m-%d %H:%i'), date_format(timestamp '2026-11-20 07:31:02', '%Y/%m/%d %W'), parse_datetime('20/11/2026', 'dd/MM/yyyy'), format_datetime(timestamp '2026-11-20 07:31:02', 'yyyy-MM-dd''T''HH')", &["2026-11-20 07:31:00.000 | 2026/11/20 Friday | 2026-11-20 00:00:00.000 | 2026-11-20T07"]),
        ("SELECT from_iso8601_timestamp('2026-11-20T07:31:02Z'), from_iso8601_timestamp('2026-11-20T09:31:02+02:00'), from_iso8601_date('2026-11-20'), to_iso8601(timestamp '2026-11-20 07:31:02')", &["2026-11-20 07:31:02.000 | 2026-11-20 07:31:02.000 | 2026-11-20 | 2026-11-20T07:31:02.000"]),
        ("SELECT from_unixtime(1795159862), to_unixtime(timestamp '2026-11-20 07:31:02'), from_unixtime(1.5)", &["2026-11-20 07:31:02.000 | 1.795159862E9 | 1970-01-01 00:00:01.500"]),
        ("SELECT year(t), month(t), day(t), hour(t), minute(t), second(t), millisecond(t), day_of_week(t), dow(t), doy(t), week(t), yow(t), quarter(t) FROM (SELECT timestamp '2026-11-20 07:31:02.250' AS t)", &["2026 | 11 | 20 | 7 | 31 | 2 | 250 | 5 | 5 | 324 | 47 | 2026 | 4"]),
        ("SELECT extract(year FROM date '2026-11-20'), extract(dow FROM date '2026-11-22'), week(date '2027-01-03'), year_of_week(date '2027-01-03')", &["2026 | 7 | 53 | 2026"]),
        ("SELECT at_timezone(timestamp '2026-11-20 07:31:02', '+02:00'), timestamp '2026-11-20 07:31:02' AT TIME ZONE 'UTC', last_day_of_month(date '2028-02-03')", &["2026-11-20 09:31:02.000 | 2026-11-20 07:31:02.000 | 2028-02-29"]),
        ("SELECT CAST(timestamp '2026-11-20 07:31:02' AS varchar), CAST(timestamp '2026-11-20 07:31:02' AS date), CAST('2026-11-20 07:31:02.5' AS timestamp), date('2026-11-20')", &["2026-11-20 07:31:02.000 | 2026-11-20 | 2026-11-20 07:31:02.500 | 2026-11-20"]),
        ("SELECT timestamp '2026-11-20 07:00:00' + interval '90' minute, date '2026-01-31' + interval '1' month, eventtime - timestamp '2026-11-20 07:31:00' FROM events WHERE eventid = 'e1'", &["2026-11-20 08:30:00.000 | 2026-02-28 | 0 00:00:02.000"]),
    ]);
}

#[test]
fn text() {
    World::new().expect(&[
        ("SELECT lower('AB'), upper('ab'), trim(' a '), length('äb'), reverse('abc'), replace('aXb', 'X'), concat('a', 'b', 'c'), 'a' || NULL, concat('a', NULL)", &["ab | AB | a | 2 | cba | ab | abc | null | null"]),
        ("SELECT substr('abcdef', 2, 3), substr('abcdef', -2), substring('abcdef' FROM 3), substring('abc', 1, 1), position('c' IN 'abc'), strpos('abcabc', 'c', 2), strpos('abc', 'z')", &["bcd | ef | cdef | a | 3 | 6 | 0"]),
        ("SELECT split_part('a:b:c', ':', 2), split_part('a', ':', 3), starts_with('abc', 'ab'), lpad('7', 3, '0'), rpad('a', 2, '.'), chr(65), codepoint('A')", &["b | null | true | 007 | a. | A | 65"]),
        ("SELECT regexp_like('10.0.0.1', '^10\\.'), regexp_extract('user/alice', '([a-z]+)/(\\w+)', 2), regexp_replace('a1b22', '\\d+', '#'), regexp_replace('ab', '(a)(b)', '$2$1'), regexp_count('a1b2', '\\d')", &["true | alice | a#b# | ba | 2"]),
        ("SELECT regexp_extract_all('a1b2', '\\d'), regexp_split('a, b;c', '[,;]\\s*'), regexp_extract('x', 'y')", &["[1, 2] | [a, b, c] | null"]),
        ("SELECT 'a_b' LIKE 'a\\_b', 'a_b' LIKE 'a#_b' ESCAPE '#', 'axb' LIKE 'a#_b' ESCAPE '#', 'abc' LIKE 'a%', 'abc' NOT LIKE '_c', 'a\\b' LIKE 'a\\b'", &["false | true | false | true | true | true"]),
        ("SELECT eventname FROM events WHERE eventname LIKE substr(eventname, 1, 7) || '%' AND eventid = 'e2'", &["CreateUser"]),
        ("SELECT url_extract_host('https://a.example:8443/p/q?x=1%202&y=z#f'), url_extract_port('https://a:8443/'), url_extract_path('https://a/p/q?x'), url_extract_query('https://a/p?x=1'), url_extract_parameter('https://a/p?x=1%202&y=z', 'x'), url_extract_protocol('https://a'), url_encode('a b&c'), url_decode('a%20b')", &["a.example | 8443 | /p/q | x=1 | 1 2 | https | a+b%26c | a b"]),
        ("SELECT to_hex(md5(to_utf8('a'))), to_hex(sha256(to_utf8(''))), to_base64(to_utf8('hi')), from_utf8(from_base64('aGk=')), from_utf8(from_hex('6869'))", &["0CC175B9C0F1B6A831C399E269772661 | E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855 | aGk= | hi | hi"]),
        ("SELECT CAST(1 AS varchar), CAST(true AS varchar), CAST(1.5 AS varchar), CAST('abc' AS varchar(2)), CAST('12' AS integer), CAST(2.5 AS bigint), CAST('true' AS boolean), CAST('1.25' AS decimal(5,2))", &["1 | true | 1.5 | ab | 12 | 3 | true | 1.25"]),
    ]);
}

#[test]
fn numbers_and_conditions() {
    World::new().expect(&[
        ("SELECT 7 / 2, -7 % 3, 7.0 / 2, mod(7, 4), abs(-3), ceil(1.2), floor(-1.2), round(2.5), round(1.234, 2), truncate(1.9)", &["3 | -1 | 3.5 | 3 | 3 | 2.0 | -2.0 | 3.0 | 1.23 | 1.0"]),
        ("SELECT power(2, 10), sqrt(16), cbrt(27), ln(e()), log2(8), log10(1000), log(2, 8), sign(-4), greatest(1, 3), least(1, NULL), pi() > 3.14", &["1024.0 | 4.0 | 3.0 | 1.0 | 3.0 | 3.0 | 3.0 | -1.0 | 3 | null | true"]),
        ("SELECT bitwise_and(6, 3), bitwise_or(6, 3), bitwise_xor(6, 3), bitwise_not(5), from_base('ff', 16), to_base(255, 16), is_nan(nan()), is_infinite(infinity()), is_finite(1e0)", &["2 | 7 | 5 | -6 | 255 | ff | true | true | true"]),
        ("SELECT if(1 > 0, 'y', 'n'), if(NULL, 1), coalesce(NULL, 2), nullif(1, 1), CASE 2 WHEN 1 THEN 'a' ELSE 'b' END", &["y | null | 2 | null | b"]),
        ("SELECT NULL IS DISTINCT FROM 1, 1 IS NOT DISTINCT FROM 1, 1 IN (1, NULL), 2 IN (1, NULL), 2 BETWEEN 1 AND 3", &["true | true | true | null | true"]),
        ("SELECT 1/0", &["ERROR query failed: division by zero"]),
        ("SELECT 1e10, 1.0, 12345678.9, 0.0001", &["1.0E10 | 1.0 | 1.23456789E7 | 1.0E-4"]),
    ]);
}
