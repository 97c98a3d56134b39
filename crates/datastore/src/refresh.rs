//! Refreshing a dashboard: every widget's query is asked again, with times filled in.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use wire::Call;

use crate::change::{Change, DashboardChange, QueryChange};
use crate::state::{
    Dashboard, Frequency, FromDashboard, Query, QueryStatistics, QueryStatus, Schedule, State,
    Widget,
};
use crate::statement;

/// Parameters that have a value of their own when nobody gives one.
pub(crate) const PARAMETERS: [&str; 3] = ["$StartTime$", "$EndTime$", "$Period$"];

/// How far back a refresh looks unless it is told. AWS does not say.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// What time is cut into unless it is told: a unit of `date_trunc`.
const PERIOD: &str = "hour";
const DAY_SECONDS: i64 = 86_400;

/// Returns whether queries of the newest refresh wait or run.
pub(crate) fn is_going_on(state: &State, dashboard: &Dashboard) -> bool {
    let Some(last) = &dashboard.last_refresh_id else { return false };
    state.queries.values().any(|query| {
        let of = query.dashboard.as_ref();
        query.is_open()
            && query.account == dashboard.account
            && of.is_some_and(|it| it.refresh_id.as_ref() == Some(last))
    })
}

/// Returns a fresh refresh's id and its changes: one query for each widget.
///
/// A widget was checked when it was made to have as many parameters as values.
pub(crate) fn changes(
    dashboard: &Dashboard,
    values: &BTreeMap<String, String>,
    next: Option<Timestamp>,
    call: &mut Call<'_>,
) -> (String, Vec<Change>) {
    let refresh_id = fresh_id(call);
    let refreshed = DashboardChange::Refreshed {
        arn: dashboard.arn.clone(),
        refresh_id: refresh_id.clone(),
        next,
    };
    let mut changes = vec![Change::from(refreshed)];
    for widget in &dashboard.widgets {
        let Some(filled) = filled(widget, values, call.now) else { continue };
        let query = query(dashboard, widget, filled, &refresh_id, call);
        changes.push(QueryChange::Queued(Box::new(query)).into());
    }
    (refresh_id, changes)
}

/// Returns a widget's statement with its parameters filled in; who refreshes chooses the values of
/// those that have a name, and of no others.
pub(crate) fn filled(
    widget: &Widget,
    values: &BTreeMap<String, String>,
    now: Timestamp,
) -> Option<String> {
    let given = |parameter: &String| {
        let is_open = PARAMETERS.contains(&parameter.as_str());
        let value = values.get(parameter).filter(|_| is_open).cloned();
        value.unwrap_or_else(|| default_value(parameter, now))
    };
    let values: Vec<_> = widget.parameters.iter().map(given).collect();
    statement::fill(&widget.statement, &values)
}

/// A parameter that is none of those with a meaning is a value itself.
fn default_value(parameter: &str, now: Timestamp) -> String {
    match parameter {
        "$StartTime$" => time(now.checked_sub(WINDOW).unwrap_or(now)),
        "$EndTime$" => time(now),
        "$Period$" => PERIOD.to_owned(),
        value => value.to_owned(),
    }
}

fn time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Nineteen digits, the first of which is none.
fn fresh_id(call: &mut Call<'_>) -> String {
    const LEAST: u64 = 1_000_000_000_000_000_000;
    (LEAST + (call.random)() % (9 * LEAST)).to_string()
}

fn query(
    dashboard: &Dashboard,
    widget: &Widget,
    statement: String,
    refresh_id: &str,
    call: &mut Call<'_>,
) -> Query {
    Query {
        id: call.uuid(),
        account: dashboard.account.clone(),
        owner_account: dashboard.account.clone(),
        region: dashboard.region.clone(),
        stores: widget.stores.clone(),
        statement,
        status: QueryStatus::Queued,
        created: call.now,
        started: None,
        ended: None,
        statistics: QueryStatistics::default(),
        columns: Vec::new(),
        error: None,
        delivery: None,
        dashboard: Some(FromDashboard {
            alias: widget.alias.clone(),
            refresh_id: Some(refresh_id.to_owned()),
        }),
    }
}

impl Dashboard {
    /// Returns when the dashboard is refreshed by itself the first time after `now`.
    pub(crate) fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.schedule.filter(|schedule| schedule.is_enabled)?.next_after(now)
    }
}

impl Schedule {
    fn next_after(self, now: Timestamp) -> Option<Timestamp> {
        let (hour, minute) = (i64::from(self.time_of_day.0), i64::from(self.time_of_day.1));
        let (period, offset) = match self.frequency {
            Frequency::Hours(hours) => (i64::from(hours) * 3_600, minute * 60),
            Frequency::Daily => (DAY_SECONDS, hour * 3_600 + minute * 60),
        };
        let periods = now.as_second().checked_sub(offset)?.checked_div_euclid(period)?;
        Timestamp::from_second((periods + 1).checked_mul(period)?.checked_add(offset)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(frequency: Frequency, time_of_day: (u8, u8), now: &str) -> String {
        let schedule = Schedule { frequency, is_enabled: true, time_of_day };
        schedule.next_after(now.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn refreshes_fall_on_the_minute_that_was_chosen() {
        let hours = |hours, now| next(Frequency::Hours(hours), (23, 30), now);
        assert_eq!(hours(1, "2026-11-20T08:29:59Z"), "2026-11-20T08:30:00Z");
        assert_eq!(hours(1, "2026-11-20T08:30:00Z"), "2026-11-20T09:30:00Z");
        assert_eq!(hours(6, "2026-11-20T08:30:00Z"), "2026-11-20T12:30:00Z");
        assert_eq!(hours(24, "2026-11-20T08:30:00Z"), "2026-11-21T00:30:00Z");
        let daily = |now| next(Frequency::Daily, (23, 30), now);
        assert_eq!(daily("2026-11-20T08:30:00Z"), "2026-11-20T23:30:00Z");
        assert_eq!(daily("2026-11-20T23:30:00Z"), "2026-11-21T23:30:00Z");
    }
}
