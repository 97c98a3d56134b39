//! Which trails take an event: decided once, when it is recorded.

use event::selectors::Subject;

use crate::state::{State, Trail};

/// One event at the moment of its recording.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// The account in whose history it belongs.
    pub account: &'a str,
    /// The organization that this account is in.
    pub organization_id: Option<&'a str>,
    /// The Region in which it is recorded.
    pub region: &'a str,
    /// Whether it is of a global service, such as IAM.
    pub is_global: bool,
    /// Whether it tells of CloudTrail's own delivery to a bucket.
    pub is_delivery: bool,
    /// What selectors look at.
    pub subject: Subject<'a>,
}

impl State {
    /// Returns whether any trail delivers; while none does, nobody need look at an event.
    pub fn is_any_logging(&self) -> bool {
        self.trails.values().any(|trail| trail.is_logging)
    }

    /// Returns whether a data event on resources of this type could be taken by any trail.
    pub fn wants_data_of(&self, resource_type: &str) -> bool {
        let mut logging = self.trails.values().filter(|trail| trail.is_logging);
        logging.any(|trail| trail.selectors.wants_data_of(resource_type))
    }

    /// Returns the numbers of the trails that deliver this event, in rising order.
    pub fn takers(&self, event: &Recorded<'_>) -> Vec<u64> {
        let takers = self.trails.values().filter(|trail| trail.takes(event));
        let mut numbers: Vec<_> = takers.map(|trail| trail.number).collect();
        numbers.sort_unstable();
        numbers
    }
}

impl Trail {
    fn takes(&self, event: &Recorded<'_>) -> bool {
        self.is_logging
            && self.covers(event.region)
            && self.is_about(event)
            && (self.include_global_service_events || !event.is_global)
            && (self.recursive_logging || !event.is_delivery)
            && self.selectors.select(&event.subject)
    }

    fn is_about(&self, event: &Recorded<'_>) -> bool {
        match &self.organization_id {
            Some(id) => event.organization_id == Some(id) || event.account == self.account,
            None => event.account == self.account,
        }
    }
}
