//! What waits to be done by those who run queries and imports.

use jiff::Timestamp;

use crate::change::{Change, QueryChange, StoreChange};
use crate::state::{Import, Query, QueryStatus, State};

impl State {
    /// Returns the queries that wait to be run, the oldest first.
    pub fn queries_to_run(&self) -> Vec<&Query> {
        let waiting = self.queries.values().filter(|query| query.status == QueryStatus::Queued);
        let mut waiting: Vec<_> = waiting.collect();
        waiting.sort_by_key(|query| (query.created, &query.id));
        waiting
    }

    /// Returns the imports that wait or read, the oldest first: what a restart goes on with.
    pub fn imports_to_run(&self) -> Vec<&Import> {
        let mut open: Vec<_> = self.imports.values().filter(|import| import.is_open()).collect();
        open.sort_by_key(|import| (import.created, &import.id));
        open
    }

    /// Returns what makes queries wait again that were running when the one who ran them ended.
    pub fn interrupted_queries(&self) -> Vec<Change> {
        let running = self.queries.values().filter(|query| query.status == QueryStatus::Running);
        running.map(|query| QueryChange::Interrupted { id: query.id.clone() }.into()).collect()
    }

    /// Returns what makes an organization's stores stores of their own account alone, for good:
    /// what happens when the organization ends or no longer trusts CloudTrail.
    pub fn without_organization(&self, id: &str, at: Timestamp) -> Vec<Change> {
        let stores = self.stores.values().filter(|it| it.organization_id.as_deref() == Some(id));
        stores
            .map(|store| {
                let mut store = store.clone();
                (store.organization_id, store.updated) = (None, at);
                StoreChange::Updated(Box::new(store)).into()
            })
            .collect()
    }
}
