//! What time alone brings about.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use wire::Call;

use crate::change::{Change, DashboardChange, ImportChange, QueryChange, QueryEnd, StoreChange};
use crate::refresh;
use crate::settings::Settings;
use crate::state::{Dashboard, EventDataStore, Import, Query, QueryStatus, State, StoreStatus};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Returns what is due at `now`, each once: new stores are ready, deleted ones, old queries and old
/// imports are gone, queries that take too long end, dashboards are refreshed.
///
/// What is due may bring about more: a caller asks again until nothing is left. `random` gives 64
/// fresh bits a draw: refreshes have ids.
pub fn due(
    state: &State,
    settings: &Settings,
    now: Timestamp,
    random: &mut dyn FnMut() -> u64,
) -> Vec<Change> {
    let mut due: Vec<Change> = Vec::new();
    due.extend(state.stores.values().filter_map(|store| of_store(store, settings, now)));
    due.extend(state.queries.values().filter_map(|query| of_query(query, settings, now)));
    due.extend(surplus_queries(state, settings, now));
    due.extend(state.imports.values().filter_map(|import| of_import(import, settings, now)));
    for dashboard in state.dashboards.values() {
        due.extend(of_dashboard(state, dashboard, now, random));
    }
    due
}

fn of_store(store: &EventDataStore, settings: &Settings, now: Timestamp) -> Option<Change> {
    let arn = store.arn.clone();
    if store.status == StoreStatus::Created {
        return Some(StoreChange::Ready { arn }.into());
    }
    let deleted = store.deleted.filter(|_| store.is_pending_deletion())?;
    let is_over = is_past(deleted, settings.deletion_days, now);
    is_over.then(|| StoreChange::Gone { arn, number: store.number }.into())
}

/// A query that nobody ran in time is as timed out as one that did not end.
fn of_query(query: &Query, settings: &Settings, now: Timestamp) -> Option<Change> {
    let id = query.id.clone();
    if query.is_open() {
        let since = query.started.unwrap_or(query.created);
        let longest = SignedDuration::from_secs(settings.query_seconds_max.into());
        let is_late = now.duration_since(since) >= longest;
        let end = || QueryEnd::without_answer(QueryStatus::TimedOut, None);
        return is_late.then(|| QueryChange::Ended { id, at: now, end: end() }.into());
    }
    is_forgotten(query, settings, now).then(|| QueryChange::Gone { id }.into())
}

/// One that ended late is kept as long as any.
fn is_forgotten(query: &Query, settings: &Settings, now: Timestamp) -> bool {
    is_past(query.ended.unwrap_or(query.created), settings.query_days, now)
}

/// Returns the end of the oldest ended queries of accounts that have more than are kept.
fn surplus_queries(state: &State, settings: &Settings, now: Timestamp) -> Vec<Change> {
    let mut ended: BTreeMap<&str, Vec<&Query>> = BTreeMap::new();
    let kept = |query: &&Query| !query.is_open() && !is_forgotten(query, settings, now);
    for query in state.queries.values().filter(kept) {
        ended.entry(&query.account).or_default().push(query);
    }
    let surplus = ended.into_values().flat_map(|mut queries| {
        queries.sort_by_key(|query| (query.created, &query.id));
        let surplus = queries.len().saturating_sub(settings.kept_queries_max);
        queries.truncate(surplus);
        queries
    });
    surplus.map(|query| QueryChange::Gone { id: query.id.clone() }.into()).collect()
}

fn of_import(import: &Import, settings: &Settings, now: Timestamp) -> Option<Change> {
    let is_over = !import.is_open() && is_past(import.updated, settings.import_days, now);
    is_over.then(|| ImportChange::Gone { id: import.id.clone() }.into())
}

/// A refresh that would begin while the one before it goes on is left out.
fn of_dashboard(
    state: &State,
    dashboard: &Dashboard,
    now: Timestamp,
    random: &mut dyn FnMut() -> u64,
) -> Vec<Change> {
    if dashboard.next_refresh.is_none_or(|next| next > now) {
        return Vec::new();
    }
    let next = dashboard.next_after(now);
    if refresh::is_going_on(state, dashboard) {
        return vec![DashboardChange::Skipped { arn: dashboard.arn.clone(), next }.into()];
    }
    let (account, region) = (dashboard.account.as_str(), dashboard.region.as_str());
    let mut call = Call { account, region, now, random };
    refresh::changes(dashboard, &BTreeMap::new(), next, &mut call).1
}

fn is_past(since: Timestamp, days: u32, now: Timestamp) -> bool {
    i32::try_from(days).is_ok_and(|days| now.duration_since(since) >= DAY * days)
}
