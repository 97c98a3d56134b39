//! An event data store: which events it takes, how long it keeps them, and whether it does now.

use event::selectors::Selectors;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;

/// One event data store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventDataStore {
    /// Which store this is, for ever, and small: frames and tables name stores by it.
    pub number: u64,
    /// The UUID by which queries name it.
    pub id: String,
    /// `arn:aws:cloudtrail:<Region>:<account>:eventdatastore/<id>`
    pub arn: String,
    /// The name, one of its kind in the account and Region.
    pub name: String,
    /// The account that owns it; the management account for stores of an organization.
    pub account: String,
    /// The Region of the call that made it.
    pub region: String,
    /// What it is doing.
    pub status: StoreStatus,
    /// Whether it takes events while it is not waiting to be deleted.
    pub ingests: bool,
    /// Which events it takes; always advanced ones.
    pub selectors: Selectors,
    /// Whether it takes events of every Region.
    pub is_multi_region: bool,
    /// The organization of whose every account it takes events.
    pub organization_id: Option<String>,
    /// How many days rows are kept, counted from their `eventTime`.
    pub retention_days: u32,
    /// Whether it cannot be deleted.
    pub is_protected: bool,
    /// What a real bill would follow; here it bounds the retention.
    pub billing_mode: BillingMode,
    /// When it was made.
    pub created: Timestamp,
    /// When its settings or status last changed.
    pub updated: Timestamp,
    /// Since when it waits to be deleted.
    pub deleted: Option<Timestamp>,
    /// How large its events may be: kept and answered.
    pub max_event_size: MaxEventSize,
    /// What is to be added to its events: kept and answered.
    pub context_keys: Vec<ContextKeySelector>,
    /// What is to be analysed: kept and answered.
    pub insight_selectors: Vec<InsightSelector>,
    /// The ARN of the store that insights go to, as put.
    pub insights_destination: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// The states of an event data store that occur here: starting and stopping ingestion take no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreStatus {
    /// It was just made.
    Created,
    /// It takes events.
    Enabled,
    /// It takes none and can be queried.
    StoppedIngestion,
    /// It takes none, can be restored, and will be gone.
    PendingDeletion,
}

/// How a store would be billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BillingMode {
    /// `EXTENDABLE_RETENTION_PRICING`: 7 to 3653 days, 366 unless said otherwise.
    Extendable,
    /// `FIXED_RETENTION_PRICING`: 7 to 2557 days, 2557 unless said otherwise.
    Fixed,
}

/// How large the events of a store may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MaxEventSize {
    /// 256 KB.
    Standard,
    /// 1 MB.
    Large,
}

/// Tags or request keys that are to be added to a store's events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextKeySelector {
    /// `TagContext` or `RequestContext`
    pub kind: String,
    /// The keys.
    pub equals: Vec<String>,
}

/// One entry of a store's insight selectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsightSelector {
    /// `ApiCallRateInsight` or `ApiErrorRateInsight`
    pub insight_type: String,
    /// `Management`; empty when none were given
    pub event_categories: Vec<String>,
}

/// The kinds of events of which a store takes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Management, data and network activity events, in any mixture.
    CloudTrail,
    /// Insights.
    Insight,
    /// Configuration items of AWS Config.
    ConfigurationItem,
    /// Evidence of Audit Manager.
    Evidence,
    /// Activity outside of AWS, put through channels.
    ActivityAuditLog,
}

impl EventDataStore {
    /// Returns the kind of its events.
    pub fn category(&self) -> Category {
        Category::of(&self.selectors).unwrap_or(Category::CloudTrail)
    }

    /// Returns whether it waits to be deleted.
    pub fn is_pending_deletion(&self) -> bool {
        self.status == StoreStatus::PendingDeletion
    }

    /// Returns whether events are taken into it now.
    pub fn takes_events(&self) -> bool {
        self.ingests && matches!(self.status, StoreStatus::Created | StoreStatus::Enabled)
    }

    /// Returns the status of a store that is neither new nor waiting to be deleted.
    pub(crate) fn settled_status(&self) -> StoreStatus {
        if self.ingests { StoreStatus::Enabled } else { StoreStatus::StoppedIngestion }
    }
}

impl Category {
    /// Returns the one kind that all selectors ask for; absent when they ask for several, or none.
    pub fn of(selectors: &Selectors) -> Option<Self> {
        let Selectors::Advanced(selectors) = selectors else { return None };
        let mut kinds = selectors.iter().map(|selector| {
            let fields = &selector.field_selectors;
            let category = fields.iter().find(|field| field.field == "eventCategory")?;
            Self::named(category.equals.first()?)
        });
        let first = kinds.next()??;
        kinds.all(|kind| kind == Some(first)).then_some(first)
    }

    /// Returns whether ingestion can be stopped and started by calls.
    pub fn is_ingested_on_demand(self) -> bool {
        matches!(self, Self::CloudTrail | Self::ConfigurationItem)
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Management" | "Data" | "NetworkActivity" => Self::CloudTrail,
            "Insight" => Self::Insight,
            "ConfigurationItem" => Self::ConfigurationItem,
            "Evidence" => Self::Evidence,
            "ActivityAuditLog" => Self::ActivityAuditLog,
            _ => return None,
        })
    }
}

impl StoreStatus {
    /// Returns AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Enabled => "ENABLED",
            Self::StoppedIngestion => "STOPPED_INGESTION",
            Self::PendingDeletion => "PENDING_DELETION",
        }
    }
}

impl BillingMode {
    /// Returns AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Extendable => "EXTENDABLE_RETENTION_PRICING",
            Self::Fixed => "FIXED_RETENTION_PRICING",
        }
    }

    /// Returns the mode of this word.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Extendable, Self::Fixed].into_iter().find(|mode| mode.as_str() == name)
    }

    /// Returns the longest retention, in days.
    pub const fn days_max(self) -> u32 {
        match self {
            Self::Extendable => 3653,
            Self::Fixed => 2557,
        }
    }

    /// Returns the retention of a store that was made without one, in days.
    pub const fn days_default(self) -> u32 {
        match self {
            Self::Extendable => 366,
            Self::Fixed => 2557,
        }
    }
}

impl MaxEventSize {
    /// Returns AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::Large => "Large",
        }
    }
}
