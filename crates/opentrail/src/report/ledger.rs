//! The seller's own books: a table of what they mean to have metered.
//!
//! A comma-separated file (semicolons and tabs do as well) with a line of headings, in any order
//! and spelling of case; columns that nobody knows are passed over:
//!
//! | column | also called |
//! |---|---|
//! | `product` | `product_code`, `license_arn`, `product_ref` |
//! | `customer` | `customer_aws_account_id`, `customer_identifier`, `account`, `buyer` … |
//! | `dimension` | `usage_dimension` |
//! | `hour` | `usage_hour`, `timestamp`, `time`, `date` |
//! | `quantity` | `usage_quantity`, `quantity_as_decimal`, `amount` |
//!
//! Several rows of one product, customer, dimension and hour are added up: metering takes one
//! record an hour. A row that cannot be read is told of with its line, never left out in silence.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Error;
use super::quantity::Quantity;

/// Names of columns without case and signs; of several that are there, the first filled one holds.
const COLUMNS: [(&str, &[&str]); 5] = [
    ("product", &["licensearn", "license", "productref", "product", "productcode", "code"]),
    (
        "customer",
        &[
            "customerawsaccountid",
            "customeraccountid",
            "customeraccount",
            "buyeraccountid",
            "buyeraccount",
            "accountid",
            "account",
            "customer",
            "buyer",
            "customeridentifier",
            "customerid",
        ],
    ),
    ("dimension", &["dimension", "usagedimension", "dimensionkey"]),
    (
        "hour",
        &[
            "hour",
            "usagehour",
            "timestamp",
            "usagetimestamp",
            "usagets",
            "time",
            "datetime",
            "date",
        ],
    ),
    ("quantity", &["quantity", "quantityasdecimal", "usagequantity", "amount", "units"]),
];

/// What metering keeps usage apart by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) product: String,
    pub(super) customer: String,
    pub(super) dimension: String,
    pub(super) hour: DateTime,
}

/// The seller's books, read.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// What is in them.
    pub(super) booked: BTreeMap<Key, Quantity>,
    /// Lines that could not be read, each with what is wrong.
    pub(super) unreadable: Vec<(u64, String)>,
}

impl Ledger {
    /// Reads a ledger's text.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(text))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let wrong = |cause: csv::Error| Error::Ledger(cause.to_string());
        let places = places(reader.headers().map_err(wrong)?)?;
        let mut ledger = Self::default();
        for record in reader.records() {
            let record = record.map_err(wrong)?;
            let line = record.position().map_or(0, csv::Position::line);
            match row(&record, &places) {
                Ok((key, quantity)) => *ledger.booked.entry(key).or_default() += quantity,
                Err(reason) => ledger.unreadable.push((line, reason)),
            }
        }
        Ok(ledger)
    }
}

/// Returns the sign that separates the headings.
fn delimiter(text: &str) -> u8 {
    let headings = text.lines().next().unwrap_or_default();
    let count = |sign: u8| headings.bytes().filter(|byte| *byte == sign).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

/// Returns, for each column that is needed, the places where it may stand.
fn places(headings: &csv::StringRecord) -> Result<Vec<(&'static str, Vec<usize>)>, Error> {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let headings: Vec<String> = headings.iter().map(plain).collect();
    let find = |(column, names): (&'static str, &[&str])| {
        let place = |name: &&str| headings.iter().position(|heading| heading == *name);
        let places: Vec<usize> = names.iter().filter_map(place).collect();
        if places.is_empty() {
            return Err(Error::Ledger(format!("no column is called {column:?}")));
        }
        Ok((column, places))
    };
    COLUMNS.into_iter().map(find).collect()
}

fn row(
    record: &csv::StringRecord,
    places: &[(&'static str, Vec<usize>)],
) -> Result<(Key, Quantity), String> {
    let cell = |wanted: &str| {
        let (_, places) = places.iter().find(|(column, _)| *column == wanted)?;
        places.iter().find_map(|at| record.get(*at).filter(|cell| !cell.is_empty()))
    };
    let text = |wanted: &str| cell(wanted).ok_or_else(|| format!("no {wanted}"));
    let hour = text("hour")?;
    let quantity = text("quantity")?;
    let key = Key {
        product: text("product")?.to_owned(),
        customer: text("customer")?.to_owned(),
        dimension: text("dimension")?.to_owned(),
        hour: hour_of(hour).ok_or_else(|| format!("{hour:?} is no time"))?,
    };
    let amount = Quantity::parse(quantity).ok_or_else(|| format!("{quantity:?} is no quantity"))?;
    Ok((key, amount))
}

/// Reads `2026-10-05 08:00`, `2026-10-05T08:30:00+02:00`, `2026-10-05 08` or seconds since 1970,
/// and returns the hour of UTC that it lies in; without a zone it is UTC.
pub(super) fn hour_of(text: &str) -> Option<DateTime> {
    let utc = |time: Timestamp| time.to_zoned(TimeZone::UTC).datetime();
    let is_seconds = (9..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let time = if is_seconds {
        utc(Timestamp::from_second(text.parse().ok()?).ok()?)
    } else if let Ok(time) = text.parse::<Timestamp>() {
        utc(time)
    } else if let Ok(time) = text.parse::<DateTime>() {
        time
    } else {
        format!("{text}:00").parse::<DateTime>().ok()?
    };
    time.with().minute(0).second(0).subsec_nanosecond(0).build().ok()
}

#[cfg(test)]
mod tests {
    use super::{Ledger, hour_of};

    fn shown(text: &str) -> Vec<String> {
        let ledger = Ledger::read(text).unwrap();
        let booked = ledger.booked.iter().map(|(key, quantity)| {
            let hour = key.hour.strftime("%F %T");
            format!("{} {} {} {hour} {quantity}", key.product, key.customer, key.dimension)
        });
        let unreadable = ledger.unreadable.iter().map(|(line, why)| format!("{line}: {why}"));
        booked.chain(unreadable).collect()
    }

    #[test]
    fn order_case_signs_and_separators_do_not_matter() {
        let plain = "product,customer,dimension,hour,quantity\np,1,gb,2026-10-05 08:00:00,5\n";
        let odd = "\u{feff}Note;QUANTITY;Usage Hour;\"Customer-AWS-Account ID\";usage_dimension;\
                   Product Code\r\n\"a; b\";5.0;2026-10-05T08:59:59Z; 1 ;gb;p\r\n";
        let wanted = ["p 1 gb 2026-10-05 08:00:00 5"];
        assert_eq!(shown(plain), wanted);
        assert_eq!(shown(odd), wanted);
    }

    #[test]
    fn a_license_goes_before_its_product_and_an_account_before_an_identifier() {
        let text = "product_code,license_arn,customer_identifier,customer_account,dimension,hour,\
                    quantity\np,,c,,gb,2026-10-05 08:00,1\np,arn:x,c,7,gb,2026-10-05 08:00,2\n";
        let wanted = ["arn:x 7 gb 2026-10-05 08:00:00 2", "p c gb 2026-10-05 08:00:00 1"];
        assert_eq!(shown(text), wanted);
    }

    #[test]
    fn rows_of_one_hour_are_added_up_and_bad_ones_are_told() {
        let text = "product,customer,dimension,hour,quantity\np,c,gb,2026-10-05 08:10,1.5\n\
                    p,c,gb,2026-10-05 08:50,2\np,c,gb,yesterday,1\np,c,gb,2026-10-05 08:50,\"1,5\"\n\
                    p,,gb,2026-10-05 08:50,1\np\n";
        let wanted = [
            "p c gb 2026-10-05 08:00:00 3.5",
            "4: \"yesterday\" is no time",
            "5: \"1,5\" is no quantity",
            "6: no customer",
            "7: no hour",
        ];
        assert_eq!(shown(text), wanted);
    }

    #[test]
    fn a_ledger_without_a_column_is_refused() {
        let error = Ledger::read("product,customer,hour,quantity\n").unwrap_err().to_string();
        assert_eq!(error, "the ledger cannot be read: no column is called \"dimension\"");
    }

    #[test]
    fn hours_are_of_utc() {
        let eight = Some("2026-10-05T08:00:00".parse().unwrap());
        for text in ["2026-10-05 08:00", "2026-10-05T10:30:00+02:00", "2026-10-05 08", "1791187200"]
        {
            assert_eq!(hour_of(text), eight, "{text}");
        }
        for text in ["", "8", "05.10.2026 08:00", "2026-10-05x08"] {
            assert_eq!(hour_of(text), None, "{text}");
        }
    }
}
