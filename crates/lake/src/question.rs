//! What a lookup asks.

use crate::index::Attribute;
use crate::row::{Position, Row};

/// A question: every part that is given must hold.
#[derive(Default)]
pub struct Question<'a> {
    /// Values that must be exactly these.
    pub terms: Vec<(Attribute, String)>,
    /// The event's id; for an event without one, its record.
    pub event_id: Option<String>,
    /// The earliest `eventTime`, in seconds since 1970.
    pub start_second: Option<i64>,
    /// The latest `eventTime`, in seconds since 1970.
    pub end_second: Option<i64>,
    /// Only events that came with this frame or batch or an earlier one, so that new ones do not
    /// shift the pages.
    pub until: Option<u64>,
    /// Only events older than this one: the last of the page before.
    pub below: Option<Position>,
    /// How many at most.
    pub limit: usize,
    /// What else must hold; looked at for every row that all the rest lets pass.
    pub check: Option<&'a (dyn Fn(&Row<'_>) -> bool + Sync)>,
}

/// How many rows are looked at one by one before a page is answered with what it has.
pub(crate) const CHECKED_MAX: usize = 20_000;

impl Question<'_> {
    /// Returns whether the values are really these: the index knows only their hashes.
    pub(crate) fn holds(&self, row: &Row<'_>) -> bool {
        let id_holds = self.event_id.as_deref().is_none_or(|id| row.key() == id);
        id_holds
            && self.terms.iter().all(|(attribute, value)| {
                let mut has = false;
                row.terms(&mut |its, text| has |= its == *attribute && text == value);
                has
            })
            && self.check.is_none_or(|check| check(row))
    }

    /// Returns whether a file with such times can hold an answer.
    pub(crate) fn meets(&self, (first, last): (i64, i64)) -> bool {
        let second = |micros: i64| micros.div_euclid(1_000_000);
        let end = self.end_second.into_iter().chain(self.below.map(|below| below.second)).min();
        self.start_second.is_none_or(|start| start <= second(last))
            && end.is_none_or(|end| second(first) <= end)
    }
}
