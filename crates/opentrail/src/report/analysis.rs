//! The analyses: named queries, each with what it shows, why, and where it ends.

use super::chart::Chart;

const TEXTS: [&str; 38] = [
    include_str!("queries/a01_metered_quantity_hourly.sql"),
    include_str!("queries/a02_metered_quantity_monthly.sql"),
    include_str!("queries/a03_record_outcome_mix.sql"),
    include_str!("queries/a04_duplicate_records.sql"),
    include_str!("queries/a05_unprocessed_not_retried.sql"),
    include_str!("queries/a06_unsubscribed_metering.sql"),
    include_str!("queries/a07_failed_batches.sql"),
    include_str!("queries/a08_hourly_gaps.sql"),
    include_str!("queries/a09_late_records.sql"),
    include_str!("queries/a10_month_end_risk.sql"),
    include_str!("queries/a11_double_metering_risk.sql"),
    include_str!("queries/a12_usage_spike.sql"),
    include_str!("queries/a13_allocation_split.sql"),
    include_str!("queries/a14_onboarded_but_never_metered.sql"),
    include_str!("queries/a15_registration_failures.sql"),
    include_str!("queries/a16_buyer_side_metering.sql"),
    include_str!("queries/a17_listing_change_log.sql"),
    include_str!("queries/a18_price_history.sql"),
    include_str!("queries/a19_change_set_outcomes.sql"),
    include_str!("queries/a20_refused_change_requests.sql"),
    include_str!("queries/a21_high_impact_listing_changes.sql"),
    include_str!("queries/a22_dimension_drift.sql"),
    include_str!("queries/a23_license_configuration_changes.sql"),
    include_str!("queries/a24_limit_loosened.sql"),
    include_str!("queries/a25_over_consumption.sql"),
    include_str!("queries/a26_concurrent_checkouts.sql"),
    include_str!("queries/a27_grant_lifecycle.sql"),
    include_str!("queries/a28_long_lived_tokens.sql"),
    include_str!("queries/a29_purchases_and_cancellations.sql"),
    include_str!("queries/a30_root_or_console_use.sql"),
    include_str!("queries/a31_long_term_keys.sql"),
    include_str!("queries/a32_cross_service_calls.sql"),
    include_str!("queries/a33_rate_pressure.sql"),
    include_str!("queries/a34_new_caller.sql"),
    include_str!("queries/a35_wrong_region_metering.sql"),
    include_str!("queries/a36_reconciliation_export.sql"),
    include_str!("queries/a37_stopped_metering.sql"),
    include_str!("queries/a38_metering_job_outage.sql"),
];

/// A report: the analyses of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What was metered, and what was lost on the way.
    Metering,
    /// Listings, offers, prices and agreements.
    Catalog,
    /// License Manager.
    License,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Metering, Self::Catalog, Self::License];

    /// Returns its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Metering => "metering",
            Self::Catalog => "catalog",
            Self::License => "license",
        }
    }

    /// Returns the report of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What an analysis is.
#[derive(Debug, Clone)]
pub(crate) struct About {
    /// Its number, such as `A04`.
    pub(crate) id: String,
    /// Its name, such as `duplicate-records`.
    pub(crate) name: String,
    /// What a row is, in a few words.
    pub(crate) title: String,
    /// What it shows, why, and where it ends.
    pub(crate) text: String,
    /// Whether each row is something to look into; otherwise they are plain facts.
    pub(crate) is_finding: bool,
    /// The columns that hold numbers.
    pub(crate) numbers: Vec<String>,
    /// How it is drawn.
    pub(crate) chart: Option<Chart>,
}

/// An analysis, ready to be asked.
#[derive(Debug)]
pub(crate) struct Analysis {
    /// What it is.
    pub(crate) about: About,
    /// The reports that have it.
    pub(crate) reports: Vec<Kind>,
    /// Its query with comments and without its views.
    pub(crate) query: &'static str,
}

impl Analysis {
    /// Tells whether a number or name means it; case does not matter.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.about.id.eq_ignore_ascii_case(name) || self.about.name.eq_ignore_ascii_case(name)
    }
}

/// Returns all analyses in the order of their numbers.
pub(crate) fn all() -> Vec<Analysis> {
    let read = |text| read(text).expect("every query has a heading: a test reads them all");
    TEXTS.into_iter().map(read).collect()
}

/// Reads the heading of a query:
///
/// ```text
/// -- A04 duplicate-records: what a row is
/// -- reports: metering
/// -- kind: finding
/// -- numbers: kept, refused
/// -- chart: none
/// --
/// -- What it shows, why …
/// ```
fn read(query: &'static str) -> Option<Analysis> {
    let mut lines = query.lines().map_while(|line| line.strip_prefix("--")).map(str::trim);
    let (names, title) = lines.next()?.split_once(": ")?;
    let (id, name) = names.split_once(' ')?;
    let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(": ");
    let reports = items(field("reports")?).map(Kind::named).collect::<Option<_>>()?;
    let is_finding = match field("kind")? {
        "finding" => true,
        "facts" => false,
        _ => return None,
    };
    let numbers = items(field("numbers")?).filter(|name| *name != "none").map(str::to_owned);
    let (numbers, chart) = (numbers.collect(), Chart::read(field("chart")?).ok()?);
    let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let [id, name, title] = [id, name, title].map(str::to_owned);
    let about = About { id, name, title, text, is_finding, numbers, chart };
    Some(Analysis { about, reports, query })
}

fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::{TEXTS, all, read};

    #[test]
    fn all_thirty_eight_are_there_in_order() {
        assert!(TEXTS.iter().all(|text| read(text).is_some()));
        for (at, analysis) in all().iter().enumerate() {
            let about = &analysis.about;
            assert_eq!(about.id, format!("A{:02}", at + 1));
            assert!(about.text.len() > 80 && about.text.ends_with('.'), "{}", about.id);
            assert!(!analysis.reports.is_empty());
            assert!(about.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
        }
    }

    #[test]
    fn a_heading_that_is_not_one_is_refused() {
        let good = "-- A99 a-name: title\n-- reports: metering\n-- kind: finding\n-- numbers: none\n\
                    -- chart: none\n--\n-- Words.\nSELECT 1";
        assert!(read(good).is_some());
        for (from, to) in
            [("metering", "weather"), ("finding", "fact"), ("chart", "graph"), (": t", "")]
        {
            let bad: &'static str = good.replacen(from, to, 1).leak();
            assert!(read(bad).is_none(), "{bad}");
        }
    }
}
