//! Reports: the analyses of metering, listings and licenses, asked in SQL and shown to people.
//!
//! A report is a choice of analyses over a period, and what each has answered:
//!
//! ```text
//!   queries/*.sql ─▶ analysis ─▶ compose ─▶ the engine (passed in) ─▶ Rows ─▶ Section ─┐
//!   ledger.csv ────▶ ledger ───▶ reconcile ◀─ views/reconcile.sql                      │
//!                                    └──────────────────────▶ Section ─▶ Report ─▶ text, csv,
//!                                                                       json, html
//! ```
//!
//! It is *not* an engine and it prints nothing: whoever runs SQL is passed in as a function, and
//! what comes out is text.
//!
//! What holds: a report reads and never changes anything; nothing that stands in an event can
//! become markup, a formula or a part of a query; months are of UTC.

mod analysis;
mod chart;
mod compose;
mod html;
mod json;
mod ledger;
mod period;
mod quantity;
mod reconcile;
mod rows;
mod sheet;
mod text;

use std::error::Error as StdError;

pub(crate) use analysis::{About, Analysis, Kind, all};
pub(crate) use compose::composed;
pub(crate) use html::html;
pub(crate) use json::json;
pub(crate) use ledger::Ledger;
pub(crate) use period::Period;
pub(crate) use rows::Rows;
pub(crate) use sheet::csv;
pub(crate) use text::text;

/// Runs one query and returns its rows, as the engine prints them.
pub(crate) type Sql<'a> = dyn FnMut(&str) -> Result<Rows, Cause> + 'a;

/// What an engine says when it fails.
pub(crate) type Cause = Box<dyn StdError + Send + Sync>;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// No analysis has this number or name.
    #[error("there is no analysis {0:?}: they are A01 to A38")]
    UnknownAnalysis(String),
    /// The analysis belongs to other reports.
    #[error("{id} is not in this report, but in: {reports}")]
    NotInReport {
        /// The number of the analysis.
        id: String,
        /// The reports that have it.
        reports: String,
    },
    /// The comparison is wanted, and nothing to compare with.
    #[error("there is no ledger to compare with: write --against FILE")]
    NoLedger,
    /// Text that names no month.
    #[error("{0:?} is no month: write 2026-10")]
    Month(String),
    /// A ledger that cannot be read at all.
    #[error("the ledger cannot be read: {0}")]
    Ledger(String),
    /// A query failed.
    #[error("{id} cannot be answered")]
    Query {
        /// The number of the analysis.
        id: String,
        /// What the engine said.
        #[source]
        cause: Cause,
    },
}

/// What is wanted of a report.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Which report.
    pub(crate) kind: Kind,
    /// The analyses to make, by number or name; all of the report when empty.
    pub(crate) only: Vec<String>,
    /// The time that it is about.
    pub(crate) period: Period,
    /// The seller's own books to compare with.
    pub(crate) ledger: Option<Ledger>,
}

/// One analysis with its answer.
#[derive(Debug)]
pub(crate) struct Section {
    /// What it is.
    pub(crate) about: About,
    /// What it found.
    pub(crate) rows: Rows,
}

/// A report, complete.
#[derive(Debug)]
pub(crate) struct Report {
    /// Which report.
    pub(crate) kind: Kind,
    /// The time that it is about.
    pub(crate) period: Period,
    /// Its analyses in order; the comparison with a ledger comes first.
    pub(crate) sections: Vec<Section>,
}

/// Returns the analyses that are wanted, in their order; the comparison with a ledger is none.
pub(crate) fn chosen(kind: Kind, only: &[String]) -> Result<Vec<Analysis>, Error> {
    let all = all();
    for name in only.iter().filter(|name| !reconcile::is_called(name)) {
        let analysis = all.iter().find(|analysis| analysis.is_called(name));
        let analysis = analysis.ok_or_else(|| Error::UnknownAnalysis(name.clone()))?;
        if !analysis.reports.contains(&kind) {
            let names: Vec<&str> = analysis.reports.iter().map(|kind| kind.name()).collect();
            let id = analysis.about.id.clone();
            return Err(Error::NotInReport { id, reports: names.join(", ") });
        }
    }
    let wanted = |analysis: &Analysis| {
        let is_named = only.is_empty() || only.iter().any(|name| analysis.is_called(name));
        is_named && analysis.reports.contains(&kind)
    };
    Ok(all.into_iter().filter(wanted).collect())
}

/// Makes a report: one query for each analysis, and one more when there is a ledger.
pub(crate) fn make(wanted: &Wanted, sql: &mut Sql) -> Result<Report, Error> {
    let mut sections = Vec::new();
    if wanted.ledger.is_none() && wanted.only.iter().any(|name| reconcile::is_called(name)) {
        return Err(Error::NoLedger);
    }
    if let Some(ledger) = &wanted.ledger {
        let rows = asked(sql, reconcile::ID, &reconcile::query(wanted.period))?;
        sections.push(reconcile::section(ledger, &rows, wanted.period));
    }
    for analysis in chosen(wanted.kind, &wanted.only)? {
        let query = composed(analysis.query, wanted.period);
        let rows = asked(sql, &analysis.about.id, &query)?.tidied(&analysis.about.numbers);
        sections.push(Section { about: analysis.about, rows });
    }
    Ok(Report { kind: wanted.kind, period: wanted.period, sections })
}

fn asked(sql: &mut Sql, id: &str, query: &str) -> Result<Rows, Error> {
    sql(query).map_err(|cause| Error::Query { id: id.to_owned(), cause })
}

#[cfg(test)]
mod tests;
