//! What can happen to event data stores.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Change;
use crate::state::{
    ContextKeySelector, EventDataStore, InsightSelector, MaxEventSize, State, StoreStatus,
};

/// Something that happened to an event data store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum StoreChange {
    /// It was made.
    Created(Box<EventDataStore>),
    /// Its settings are now these; its number, status and ingestion stay.
    Updated(Box<EventDataStore>),
    /// Newly made, it is now what it was made to be.
    Ready {
        /// The store.
        arn: String,
    },
    /// It takes events from now on.
    IngestionStarted {
        /// The store.
        arn: String,
        /// When.
        at: Timestamp,
    },
    /// It takes no events from now on.
    IngestionStopped {
        /// The store.
        arn: String,
        /// When.
        at: Timestamp,
    },
    /// It waits to be deleted.
    Deleted {
        /// The store.
        arn: String,
        /// When.
        at: Timestamp,
    },
    /// It waits no longer, and is what it was before.
    Restored {
        /// The store.
        arn: String,
        /// When.
        at: Timestamp,
    },
    /// It is gone: whoever keeps its rows lets go of them.
    Gone {
        /// The store.
        arn: String,
        /// Its number.
        number: u64,
    },
    /// Its event configuration was put.
    EventConfiguration {
        /// The store.
        arn: String,
        /// How large its events may be.
        max_event_size: MaxEventSize,
        /// What is to be added to them.
        context_keys: Vec<ContextKeySelector>,
    },
    /// Its insight selectors were put.
    Insights {
        /// The store.
        arn: String,
        /// All of them.
        selectors: Vec<InsightSelector>,
        /// The ARN of the store that insights go to.
        destination: Option<String>,
    },
}

impl From<StoreChange> for Change {
    fn from(change: StoreChange) -> Self {
        Self::Store(change)
    }
}

impl State {
    pub(super) fn apply_to_store(&mut self, change: &StoreChange) {
        match change {
            StoreChange::Created(store) => {
                self.next_number = self.next_number.max(store.number + 1);
                self.stores.insert(store.arn.clone(), store.as_ref().clone());
            }
            StoreChange::Updated(to) => self.with_store(&to.arn, |store| store.update(to)),
            StoreChange::Ready { arn } => self.with_store(arn, EventDataStore::become_ready),
            StoreChange::IngestionStarted { arn, at } => {
                self.with_store(arn, |store| store.ingest(true, *at));
            }
            StoreChange::IngestionStopped { arn, at } => {
                self.with_store(arn, |store| store.ingest(false, *at));
            }
            StoreChange::Deleted { arn, at } => self.with_store(arn, |store| store.delete(*at)),
            StoreChange::Restored { arn, at } => self.with_store(arn, |store| store.restore(*at)),
            StoreChange::Gone { arn, .. } => {
                self.stores.remove(arn);
                self.resource_policies.remove(arn);
            }
            StoreChange::EventConfiguration { arn, max_event_size, context_keys } => {
                self.with_store(arn, |store| {
                    store.max_event_size = *max_event_size;
                    store.context_keys.clone_from(context_keys);
                });
            }
            StoreChange::Insights { arn, selectors, destination } => {
                self.with_store(arn, |store| {
                    store.insight_selectors.clone_from(selectors);
                    store.insights_destination.clone_from(destination);
                });
            }
        }
    }

    fn with_store(&mut self, arn: &str, change: impl FnOnce(&mut EventDataStore)) {
        if let Some(store) = self.stores.get_mut(arn) {
            change(store);
        }
    }
}

impl EventDataStore {
    fn update(&mut self, settings: &Self) {
        let before = std::mem::replace(self, settings.clone());
        (self.number, self.status, self.ingests) = (before.number, before.status, before.ingests);
        self.deleted = before.deleted;
    }

    fn become_ready(&mut self) {
        if self.status == StoreStatus::Created {
            self.status = self.settled_status();
        }
    }

    fn ingest(&mut self, ingests: bool, at: Timestamp) {
        (self.ingests, self.updated) = (ingests, at);
        if !self.is_pending_deletion() {
            self.status = self.settled_status();
        }
    }

    fn delete(&mut self, at: Timestamp) {
        (self.status, self.deleted) = (StoreStatus::PendingDeletion, Some(at));
        self.updated = at;
    }

    fn restore(&mut self, at: Timestamp) {
        (self.deleted, self.updated) = (None, at);
        self.status = self.settled_status();
    }
}
