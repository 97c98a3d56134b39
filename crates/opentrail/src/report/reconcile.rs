//! The seller's ledger laid beside the trail: every record that the two do not agree on, by name.

use std::collections::BTreeMap;
use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::DateTime;

use super::ledger::{Key, Ledger, hour_of};
use super::period::Period;
use super::quantity::Quantity;
use super::rows::{Rows, value};
use super::{About, Section, composed};

/// What the comparison is called among the analyses.
pub(super) const ID: &str = "ledger";
const NAME: &str = "reconciliation";

const QUERY: &str = include_str!("queries/views/reconcile.sql");
const COLUMNS: [&str; 9] = [
    "finding",
    "product",
    "customer",
    "dimension",
    "usage_hour",
    "booked",
    "honoured",
    "difference",
    "detail",
];
const NUMBERS: [&str; 3] = ["booked", "honoured", "difference"];
/// From the beginning of the hour of usage; as in A09.
const LATE_HOURS: i64 = 2;
const TEXT: &str = "The seller's ledger and the trail, record by record; what agrees is not listed. \
    missing: booked, and never sent. rejected: booked and sent, and never accepted; the detail is \
    the last answer. duplicate: another quantity was sent for an hour that was taken, and dropped. \
    differing: accepted with another quantity than booked. late: accepted more than two hours \
    after the hour began. unbooked: accepted, and not in the ledger. unreadable: a line of the ledger \
    that makes no sense. What was refused and is not booked either is not listed.";

/// Tells whether a name means the comparison.
pub(super) fn is_called(name: &str) -> bool {
    [ID, NAME].iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Returns the query that tells what came of every hour.
pub(super) fn query(period: Period) -> String {
    composed(QUERY, period)
}

/// What the trail knows of one hour.
struct Sent {
    honoured: Option<Quantity>,
    first_accepted: Option<DateTime>,
    duplicates: u64,
    last_refused: Option<Quantity>,
    last_outcome: String,
}

/// What can be wrong with a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Finding {
    Missing,
    Rejected,
    Duplicate,
    Differing,
    Late,
    Unbooked,
    Unreadable,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "missing",
            Self::Rejected => "rejected",
            Self::Duplicate => "duplicate",
            Self::Differing => "differing",
            Self::Late => "late",
            Self::Unbooked => "unbooked",
            Self::Unreadable => "unreadable",
        })
    }
}

/// A difference, before it becomes a row.
struct Difference<'a> {
    finding: Finding,
    key: Option<&'a Key>,
    booked: Option<Quantity>,
    honoured: Option<Quantity>,
    detail: String,
}

/// Compares a ledger with the answer of [`query`].
pub(super) fn section(ledger: &Ledger, rows: &Rows, period: Period) -> Section {
    let sent = sent(rows);
    let booked: BTreeMap<&Key, Quantity> = ledger
        .booked
        .iter()
        .filter(|(key, _)| period.holds(key.hour))
        .map(|(key, quantity)| (key, *quantity))
        .collect();
    let mut differences = Vec::new();
    for (key, quantity) in &booked {
        differences.extend(compared(key, Some(*quantity), sent.get(*key)));
    }
    for (key, sent) in sent.iter().filter(|(key, _)| !booked.contains_key(*key)) {
        differences.extend(compared(key, None, Some(sent)));
    }
    differences.extend(ledger.unreadable.iter().map(unreadable));
    differences.sort_by_key(|difference| (difference.finding, difference.key));
    let others = ledger.booked.len() - booked.len();
    Section { about: about(booked.len(), others), rows: table(&differences) }
}

fn about(booked: usize, others: usize) -> About {
    About {
        id: ID.to_owned(),
        name: NAME.to_owned(),
        title: format!(
            "where ledger and trail differ; {booked} records of the ledger compared, {others} of \
             other months"
        ),
        text: TEXT.to_owned(),
        is_finding: true,
        numbers: NUMBERS.map(str::to_owned).to_vec(),
        chart: None,
    }
}

/// Says what is wrong with one hour: nothing, one thing, or two when it was late as well.
fn compared<'a>(
    key: &'a Key,
    booked: Option<Quantity>,
    sent: Option<&Sent>,
) -> Vec<Difference<'a>> {
    let honoured = sent.and_then(|sent| sent.honoured);
    let found = |finding, detail| Difference { finding, key: Some(key), booked, honoured, detail };
    let Some(sent) = sent else { return vec![found(Finding::Missing, "never sent".to_owned())] };
    let Some(kept) = honoured else {
        // refused and not booked: both sides agree that there was nothing
        let rejected = booked.map(|_| found(Finding::Rejected, sent.last_outcome.clone()));
        return rejected.into_iter().collect();
    };
    let mut all = Vec::new();
    if sent.duplicates > 0 {
        all.push(found(Finding::Duplicate, dropped(kept, sent)));
    } else if booked.is_some_and(|booked| booked != kept) {
        all.push(found(Finding::Differing, String::new()));
    }
    if booked.is_none() {
        all.push(found(Finding::Unbooked, String::new()));
    }
    all.extend(delay(key.hour, sent).map(|detail| found(Finding::Late, detail)));
    all
}

fn dropped(kept: Quantity, sent: &Sent) -> String {
    let refused = sent.last_refused.map_or("?".to_owned(), |quantity| quantity.to_string());
    format!("{kept} kept, {refused} dropped; sent {} times too often", sent.duplicates)
}

/// Returns how late a record was, when it was.
fn delay(hour: DateTime, sent: &Sent) -> Option<String> {
    let accepted = sent.first_accepted?;
    let late = hour.checked_add(LATE_HOURS.hours()).ok()?;
    let minutes = hour.duration_until(accepted).as_mins();
    (accepted > late).then(|| format!("accepted after {} h {:02} min", minutes / 60, minutes % 60))
}

fn unreadable<'a>((line, reason): &(u64, String)) -> Difference<'a> {
    let detail = format!("line {line}: {reason}");
    Difference { finding: Finding::Unreadable, key: None, booked: None, honoured: None, detail }
}

/// Reads the answer of the query; a row without a product, buyer, dimension or hour has no place in
/// any ledger.
fn sent(rows: &Rows) -> BTreeMap<Key, Sent> {
    let read = |row: &Vec<Option<String>>| {
        let cell = |name| rows.column(name).and_then(|at| value(row, at));
        let text = |name| cell(name).map(str::to_owned);
        let key = Key {
            product: text("product_ref")?,
            customer: text("customer")?,
            dimension: text("dimension")?,
            hour: hour_of(cell("usage_hour")?)?,
        };
        let quantity = |name| cell(name).and_then(Quantity::parse);
        let sent = Sent {
            honoured: quantity("honoured"),
            first_accepted: cell("first_accepted").and_then(|text| text.parse().ok()),
            duplicates: cell("duplicates").and_then(|text| text.parse().ok()).unwrap_or(0),
            last_refused: quantity("last_refused"),
            last_outcome: text("last_outcome").unwrap_or_default(),
        };
        Some((key, sent))
    };
    rows.rows.iter().filter_map(read).collect()
}

fn table(differences: &[Difference]) -> Rows {
    let row = |difference: &Difference| {
        let of_key = |part: fn(&Key) -> String| difference.key.map(part);
        let number = |quantity: Option<Quantity>| quantity.map(|quantity| quantity.to_string());
        let gap = difference.booked.unwrap_or_default() - difference.honoured.unwrap_or_default();
        vec![
            Some(difference.finding.to_string()),
            of_key(|key| key.product.clone()),
            of_key(|key| key.customer.clone()),
            of_key(|key| key.dimension.clone()),
            of_key(|key| key.hour.strftime("%F %T").to_string()),
            number(difference.booked),
            number(difference.honoured),
            difference.key.map(|_| gap.to_string()),
            (!difference.detail.is_empty()).then(|| difference.detail.clone()),
        ]
    };
    let columns = COLUMNS.map(str::to_owned).to_vec();
    Rows { columns, rows: differences.iter().map(row).collect() }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::{Ledger, Period, Rows, section};

    const SENT: [&str; 9] = [
        "product_ref",
        "customer",
        "dimension",
        "usage_hour",
        "honoured",
        "first_accepted",
        "duplicates",
        "last_refused",
        "last_outcome",
    ];

    /// Lays a ledger's lines (hour of 5 October, quantity) beside what was sent.
    fn compared(ledger: &[(&str, &str)], sent: &[[&str; 6]]) -> Vec<String> {
        let mut text = "product,customer,dimension,hour,quantity\n".to_owned();
        for (hour, quantity) in ledger {
            writeln!(text, "p,c,gb,2026-{hour}:00,{quantity}").unwrap();
        }
        let cell = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let row = |[hour, rest @ ..]: &[&str; 6]| {
            let mut row: Vec<_> = ["p", "c", "gb"].map(cell).to_vec();
            row.push(cell(&format!("2026-{hour}:00:00.000")));
            row.extend(rest.iter().map(|text| cell(text)));
            row
        };
        let columns = SENT.map(str::to_owned).to_vec();
        let rows = Rows { columns, rows: sent.iter().map(row).collect() };
        let month = Period::month("2026-10").unwrap();
        let section = section(&Ledger::read(&text).unwrap(), &rows, month);
        let shown = |row: &Vec<Option<String>>| {
            let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or("-")).collect();
            [&cells[..1], &cells[4..]].concat().join("|")
        };
        section.rows.rows.iter().map(shown).collect()
    }

    #[test]
    fn what_agrees_is_not_listed() {
        let sent = [["10-05 08", "5.000000", "2026-10-05 09:05:00.000", "0", "", "Success"]];
        assert!(compared(&[("10-05 08", "5.0")], &sent).is_empty());
    }

    #[test]
    fn each_difference_has_its_name() {
        let ledger = [
            ("10-05 01", "1"),
            ("10-05 02", "2"),
            ("10-05 03", "3"),
            ("10-05 04", "4"),
            ("10-05 05", "5"),
            ("10-05 07", "x"),
            ("09-30 23", "9"),
        ];
        let on_time = "2026-10-05 05:00:00.000";
        let sent = [
            ["10-05 02", "", "", "0", "", "CustomerNotSubscribed"],
            ["10-05 03", "2", "2026-10-05 04:05:00.000", "1", "3", "DuplicateRecord"],
            ["10-05 04", "4.5", on_time, "0", "", "Success"],
            ["10-05 05", "5", "2026-10-05 12:15:00.000", "0", "", "Success"],
            ["10-05 06", "6", "2026-10-05 07:00:00.000", "0", "", "Success"],
            ["10-05 08", "", "", "0", "", "ThrottlingException"],
        ];
        let wanted = [
            "missing|2026-10-05 01:00:00|1|-|1|never sent",
            "rejected|2026-10-05 02:00:00|2|-|2|CustomerNotSubscribed",
            "duplicate|2026-10-05 03:00:00|3|2|1|2 kept, 3 dropped; sent 1 times too often",
            "differing|2026-10-05 04:00:00|4|4.5|-0.5|-",
            "late|2026-10-05 05:00:00|5|5|0|accepted after 7 h 15 min",
            "unbooked|2026-10-05 06:00:00|-|6|-6|-",
            "unreadable|-|-|-|-|line 7: \"x\" is no quantity",
        ];
        assert_eq!(compared(&ledger, &sent), wanted);
    }

    #[test]
    fn a_record_can_be_wrong_in_two_ways() {
        let sent = [["10-05 01", "2", "2026-10-05 03:00:01.000", "0", "", "Success"]];
        let found = compared(&[("10-05 01", "1")], &sent);
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("differing|") && found[1].starts_with("late|"), "{found:?}");
    }

    #[test]
    fn two_hours_to_the_second_are_not_late() {
        let sent = [["10-05 01", "1", "2026-10-05 03:00:00.000", "0", "", "Success"]];
        assert!(compared(&[("10-05 01", "1")], &sent).is_empty());
    }
}
