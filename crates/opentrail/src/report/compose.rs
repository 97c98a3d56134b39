//! Puts a query together: the views that it reads, before it, and the bounds of the period.

use super::period::Period;

/// The views, each after those that it reads.
const VIEWS: [(&str, &str); 5] = [
    ("mp_sent", include_str!("queries/views/mp_sent.sql")),
    ("mp_records", include_str!("queries/views/mp_records.sql")),
    ("mp_honoured", include_str!("queries/views/mp_honoured.sql")),
    ("mp_changes", include_str!("queries/views/mp_changes.sql")),
    ("lm_calls", include_str!("queries/views/lm_calls.sql")),
];

/// Returns the whole query: it can be run as it is.
///
/// Nothing from outside gets into it but the period's two times, which are ours to write.
pub(crate) fn composed(query: &str, period: Period) -> String {
    let query = without_comments(query);
    let mut parts: Vec<String> =
        needed(&query).into_iter().map(|(name, text)| format!("{name} AS (\n{text}\n)")).collect();
    let whole = match query.strip_prefix("WITH ") {
        Some(rest) => {
            parts.push(rest.to_owned());
            format!("WITH {}", parts.join(",\n"))
        }
        None if parts.is_empty() => query,
        None => format!("WITH {}\n{query}", parts.join(",\n")),
    };
    let [begins, ends] = period.literals();
    whole.replace(":begins", &begins).replace(":ends", &ends)
}

/// Returns the views that a query reads, and those that these read, in their order.
fn needed(query: &str) -> Vec<(&'static str, String)> {
    let mut needed = Vec::new();
    let mut readers = vec![query.to_owned()];
    for (name, text) in VIEWS.iter().rev() {
        if readers.iter().any(|reader| names(reader, name)) {
            let text = without_comments(text);
            readers.push(text.clone());
            needed.push((*name, text));
        }
    }
    needed.reverse();
    needed
}

/// Tells whether a word stands in a text.
fn names(text: &str, word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !is_letter(c)).any(|part| part == word)
}

/// Returns a query's own lines.
fn without_comments(query: &str) -> String {
    let lines: Vec<&str> = query.lines().filter(|line| !line.starts_with("--")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{composed, needed};
    use crate::report::{Period, all};

    #[test]
    fn views_stand_before_what_reads_them() {
        let names =
            |query: &str| -> Vec<&str> { needed(query).iter().map(|(name, _)| *name).collect() };
        assert_eq!(names("SELECT 1 FROM mp_honoured"), ["mp_sent", "mp_records", "mp_honoured"]);
        assert_eq!(names("FROM lm_calls, mp_sent"), ["mp_sent", "lm_calls"]);
        assert!(names("SELECT lm_calls_2 FROM events").is_empty());
    }

    #[test]
    fn a_query_is_whole_with_its_views_and_bounds() {
        let query = "-- title\nWITH a AS (SELECT :begins FROM lm_calls)\nSELECT * FROM a";
        let whole = composed(query, Period::month("2026-10").unwrap());
        let (head, rest) = whole.split_once("FROM events").unwrap();
        assert!(head.starts_with("WITH lm_calls AS (\nSELECT eventid,"), "{head}");
        expect![[r"

            WHERE eventsource = 'license-manager.amazonaws.com'
            ),
            a AS (SELECT TIMESTAMP '2026-10-01 00:00:00' FROM lm_calls)
            SELECT * FROM a"]]
        .assert_eq(rest);
    }

    #[test]
    fn no_query_is_longer_than_the_dialect_takes() {
        for analysis in all() {
            let whole = composed(analysis.query, Period::everything());
            assert!(whole.len() < 10_000, "{}: {}", analysis.about.id, whole.len());
            assert!(
                !whole.contains("--") && !whole.contains(":begins") && !whole.contains(":ends")
            );
        }
    }
}
