//! Which events a trail or an event data store asks for: event selectors, held against events.
//!
//! [`Selectors`] are what `PutEventSelectors` takes, in AWS's spelling; a [`Subject`] is what they
//! look at of one event.
//!
//! ```text
//!   PutEventSelectors ──▶ Selectors ── check ──▶ kept
//!   record ──▶ Subject ──▶ Selectors::select ──▶ delivered to this trail, or not
//! ```
//!
//! They say what a trail *delivers*, never what is *recorded*: event history holds every call
//! whatever any trail selects.
//!
//! Invariants
//! - Texts are compared byte for byte: no wildcards, no case folding, no Unicode normalization.
//! - No selector of a trail can leave out the calls that configure trails: of management events
//!   only the sources `kms.amazonaws.com` and `rdsdata.amazonaws.com` can be excluded. What can
//!   drop them, as in AWS, is to ask for reads only, or for no management events at all; the call
//!   that asks for it is a write, recorded before it takes effect.
//! - A field that an event does not have satisfies no positive operator and every negative one.
//!   [?] AWS does not say; it is what a filter that takes things away ought to do.
//! - Insights and aggregated events are no matter of a trail's selectors: none selects them.

mod advanced;
mod basic;
mod check;
mod error;
mod fields;
mod subject;

use serde::{Deserialize, Serialize};

pub use advanced::{AdvancedEventSelector, FieldSelector};
pub use basic::{DataResource, EventSelector, ReadWriteType};
pub use error::SelectorError;
pub use subject::{Subject, Touched};

/// What a trail asks for; one kind or the other, never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selectors {
    /// `EventSelectors`: management events, and data events of three resource types.
    Basic(Vec<EventSelector>),
    /// `AdvancedEventSelectors`: any category, filtered by fields.
    Advanced(Vec<AdvancedEventSelector>),
}

/// Whose selectors they are: trails and event data stores allow different fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// A trail.
    Trail,
    /// An event data store: advanced selectors only, more fields for management events, and the
    /// categories that only stores have.
    EventDataStore,
}

/// Which values of `resources.type` are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResourceTypes {
    /// Those that AWS documents.
    #[default]
    Listed,
    /// Anything of the form `AWS::X::Y`: AWS's list grows every month.
    Any,
}

impl Default for Selectors {
    /// Returns what a new trail has: all management events and no data events.
    fn default() -> Self {
        Self::Basic(vec![EventSelector::default()])
    }
}

impl Selectors {
    /// Returns whether the event is one of those asked for: any one selector is enough.
    pub fn select(&self, event: &Subject<'_>) -> bool {
        match self {
            Self::Basic(selectors) => selectors.iter().any(|selector| selector.selects(event)),
            Self::Advanced(selectors) => selectors.iter().any(|selector| selector.selects(event)),
        }
    }

    /// Returns whether some data event about a resource of this type could be asked for; when not,
    /// there is no need to make one.
    pub fn wants_data_of(&self, resource_type: &str) -> bool {
        match self {
            Self::Basic(selectors) => selectors.iter().any(|one| one.wants_data_of(resource_type)),
            Self::Advanced(selectors) => {
                selectors.iter().any(|one| one.wants_data_of(resource_type))
            }
        }
    }

    /// Returns whether these are the selectors of a new trail.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Returns them as `GetEventSelectors` shows them: field selectors in the order of their
    /// fields' names (ASCII), everything else as it was put.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut sorted = self.clone();
        if let Self::Advanced(selectors) = &mut sorted {
            for selector in selectors {
                selector.field_selectors.sort_by(|one, other| one.field.cmp(&other.field));
            }
        }
        sorted
    }

    /// Holds them against AWS's rules and limits.
    ///
    /// # Errors
    /// The first rule that is broken, in AWS's words where these are known: the text of an
    /// `InvalidEventSelectorsException`.
    pub fn check(&self, kind: For, types: ResourceTypes) -> Result<(), SelectorError> {
        match self {
            Self::Basic(_) if kind == For::EventDataStore => Err(SelectorError::BasicForStore),
            Self::Basic(selectors) => check::basic(selectors),
            Self::Advanced(selectors) => check::advanced(selectors, kind, types),
        }
    }
}

#[cfg(test)]
mod tests;
