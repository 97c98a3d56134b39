//! Which event data stores take an event: decided once, when it is recorded.

use event::selectors::Subject;

use crate::state::{EventDataStore, State};

/// One event at the moment of its recording.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// The account in whose history it belongs.
    pub account: &'a str,
    /// The organization that this account is in, when that trusts CloudTrail.
    pub organization_id: Option<&'a str>,
    /// The Region in which it is recorded; of global services, us-east-1.
    pub region: &'a str,
    /// What selectors look at.
    pub subject: Subject<'a>,
}

impl State {
    /// Returns whether any store takes events; while none does, nobody need look at one.
    pub fn is_any_ingesting(&self) -> bool {
        self.stores.values().any(EventDataStore::takes_events)
    }

    /// Returns whether a data event on resources of this type could be taken by any store.
    pub fn wants_data_of(&self, resource_type: &str) -> bool {
        let mut taking = self.stores.values().filter(|store| store.takes_events());
        taking.any(|store| store.selectors.wants_data_of(resource_type))
    }

    /// Returns the numbers of the stores that take this event, in rising order.
    ///
    /// What comes through channels is no matter of this: it goes where its channel leads.
    pub fn stores_for(&self, event: &Recorded<'_>) -> Vec<u64> {
        let takers = self.stores.values().filter(|store| store.takes(event));
        let mut numbers: Vec<_> = takers.map(|store| store.number).collect();
        numbers.sort_unstable();
        numbers
    }
}

impl EventDataStore {
    fn takes(&self, event: &Recorded<'_>) -> bool {
        self.takes_events()
            && (self.is_multi_region || self.region == event.region)
            && self.is_about(event)
            && self.selectors.select(&event.subject)
    }

    /// Returns whether the event is of an account whose events it takes.
    fn is_about(&self, event: &Recorded<'_>) -> bool {
        let is_member =
            self.organization_id.as_deref().is_some_and(|id| event.organization_id == Some(id));
        is_member || event.account == self.account
    }
}
