//! What insight selectors and event configurations belong to: a trail or an event data store.

use wire::{Fault, Members};

use super::arn::{Arn, is_uuid};

/// The one thing that an input names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source<'a> {
    /// A trail, by name or ARN.
    Trail(&'a str),
    /// An event data store, by ARN or id.
    EventDataStore(&'a str),
}

impl<'a> Source<'a> {
    /// Reads which of the two an input names.
    ///
    /// # Errors
    /// `InvalidParameterCombinationException` when it names both or none.
    pub(super) fn read(input: &'a Members) -> Result<Self, Fault> {
        match (input.string("TrailName"), input.string("EventDataStore")) {
            (Some(trail), None) => Ok(Self::Trail(trail)),
            (None, Some(store)) => Ok(Self::EventDataStore(store)),
            (Some(_), Some(_)) => {
                Err(combination("You can specify TrailName or EventDataStore, but not both."))
            }
            (None, None) => Err(combination("Specify TrailName or EventDataStore.")),
        }
    }
}

/// Returns the refusal of parameters that do not go together.
pub(super) fn combination(message: &str) -> Fault {
    Fault::new("InvalidParameterCombinationException", message)
}

/// Returns the refusal of an event data store: there are none yet.
pub(super) fn no_such_store(store: &str) -> Fault {
    let of_arn = Arn::parse(store).and_then(|arn| arn.of_cloudtrail());
    let is_store = match of_arn {
        Some((kind, id)) => kind == "eventdatastore" && is_uuid(id),
        None => is_uuid(store),
    };
    if is_store {
        let message = format!("Event data store {store} does not exist.");
        return Fault::new("EventDataStoreNotFoundException", message);
    }
    let message = format!("{store} is neither the ARN nor the id of an event data store.");
    Fault::new("EventDataStoreARNInvalidException", message)
}
