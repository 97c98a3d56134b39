//! Rows: the answer of a query, as text.

/// Columns that hold times, whatever the analysis.
const TIMES: [&str; 19] = [
    "eventtime",
    "usage_hour",
    "usage_ts",
    "call_second",
    "first_refused",
    "last_refused",
    "gap_begins",
    "gap_ends",
    "first_accepted",
    "resolved_at",
    "requested",
    "first_sent",
    "first_call",
    "last_call",
    "first_seen",
    "last_hour",
    "product_last",
    "outage_begins",
    "outage_ends",
];

/// What a query answered: every value a text, as the engine prints it, or null.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    /// The names of the columns.
    pub(crate) columns: Vec<String>,
    /// The rows, each with a value for every column.
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

impl Rows {
    /// Returns these rows with times to the second, days and months as such, and numbers without
    /// idle zeros.
    pub(super) fn tidied(mut self, numbers: &[String]) -> Self {
        for (at, column) in self.columns.iter().enumerate() {
            let tidy: fn(&str) -> &str = if numbers.contains(column) {
                number
            } else if TIMES.contains(&column.as_str()) {
                time
            } else if column.ends_with("_day") {
                |text| text.get(..10).unwrap_or(text)
            } else if column.ends_with("_month") {
                |text| text.get(..7).unwrap_or(text)
            } else {
                continue;
            };
            for value in self.rows.iter_mut().filter_map(|row| row.get_mut(at)?.as_mut()) {
                value.truncate(tidy(value).len());
            }
        }
        self
    }

    /// Returns the place of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// Returns the value at a place, if there is one.
pub(super) fn value(row: &[Option<String>], at: usize) -> Option<&str> {
    row.get(at)?.as_deref()
}

/// `17.500000` is 17.5, and `17.000000` is 17.
fn number(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// `2026-10-01 08:00:00.000` is a whole second.
fn time(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    const MIDNIGHT: &str = "2026-10-01 00:00:00.000";

    #[test]
    fn numbers_and_times_lose_their_idle_zeros_and_texts_do_not() {
        let columns = ["quantity", "usage_hour", "code", "call_day", "usage_month"];
        let columns = columns.map(str::to_owned).to_vec();
        let row = |cells: [&str; 5]| cells.map(|cell| Some(cell.to_owned())).to_vec();
        let rows = vec![
            row(["17.500000", "2026-10-01 08:00:00.000", "1.500", MIDNIGHT, MIDNIGHT]),
            row(["-3.000000", "2026-10-01 08:00:00.120", "2.0", "2026-10-01", "2026-10"]),
            row(["100", "2026-10-01 08:00:00", "", "", ""]),
        ];
        let tidied = Rows { columns, rows }.tidied(&["quantity".to_owned()]);
        let wanted = vec![
            row(["17.5", "2026-10-01 08:00:00", "1.500", "2026-10-01", "2026-10"]),
            row(["-3", "2026-10-01 08:00:00.120", "2.0", "2026-10-01", "2026-10"]),
            row(["100", "2026-10-01 08:00:00", "", "", ""]),
        ];
        assert_eq!(tidied.rows, wanted);
    }
}
