//! What to write instead of a function that is not there.

/// Gives advice for a function of Trino (or of a neighbour) that is not served.
pub(crate) fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "random" | "rand" | "uuid" | "shuffle" => {
            "answers do not depend on chance here; order by a hash like sha256(to_utf8(eventid))"
        }
        "sha1" | "crc32" | "xxhash64" | "murmur3" | "spooky_hash_v2_32" | "hmac_sha256" => {
            "use md5, sha256 or sha512 of to_utf8(x)"
        }
        "json_query" | "json_value" | "json_exists" | "json_table" => {
            "use json_extract or json_extract_scalar with a path like '$.a.b'"
        }
        "get_json_object" => "use json_extract_scalar",
        "approx_most_frequent" => "count with GROUP BY, then ORDER BY 2 DESC LIMIT n",
        "numeric_histogram" | "qdigest_agg" | "tdigest_agg" | "value_at_quantile" => {
            "use approx_percentile"
        }
        "approx_set" | "merge" => "use approx_distinct",
        "reduce_agg" => "collect with array_agg, then use reduce",
        "map_union" => "collect with map_agg",
        "set_agg" => "use array_distinct(array_agg(x))",
        "checksum" => "compare count(*) and sha256 of ordered text",
        "array_frequency" => "use CROSS JOIN UNNEST and histogram",
        "combinations" | "ngrams" => "use CROSS JOIN UNNEST with itself",
        "format" => "use || and CAST(x AS varchar)",
        "format_number" | "parse_data_size" | "human_readable_seconds" => "use round and ||",
        "parse_duration" => "use INTERVAL '1' DAY",
        "to_timestamp" | "unix_timestamp" => "use from_unixtime, date_parse or TIMESTAMP '…'",
        "to_char" | "date_part" => "use date_format, or year(x), month(x), …",
        "datediff" | "dateadd" => "use date_diff('day', a, b) or date_add('day', n, x)",
        "string_agg" | "group_concat" => "use listagg(x, ',') WITHIN GROUP (ORDER BY x)",
        "ifnull" | "nvl" | "isnull" => "use coalesce",
        "len" | "char_length" => "use length",
        "instr" | "charindex" | "locate" => "use strpos",
        "left" => "use substr(x, 1, n)",
        "right" => "use substr(x, -n)",
        "current_user" | "current_role" | "current_catalog" | "current_schema" => {
            "who asks is no part of the data; use useridentity of the events"
        }
        "word_stem" | "soundex" | "normalize" => "use lower and regexp_replace",
        "ip_prefix" => "use split_part(sourceipaddress, '.', 1)",
        _ => return None,
    })
}
