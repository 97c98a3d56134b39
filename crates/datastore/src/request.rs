//! What the operations of the Lake are given, and what they must ask of others.

use wire::{Call, Members};

use crate::settings::Settings;
use crate::state::State;

/// One call of an operation of the Lake.
pub struct Request<'a, 'c> {
    /// Everything about the Lake but its rows.
    pub state: &'a State,
    /// The limits.
    pub settings: &'a Settings,
    /// The input in the terms of the model.
    pub input: &'a Members,
    /// Account, Region, time and randomness.
    pub call: &'a mut Call<'c>,
    /// What lies outside.
    pub around: &'a dyn Surroundings,
}

/// What an operation of the Lake asks about the world around it.
pub trait Surroundings {
    /// Returns the organization that an account belongs to.
    fn organization(&self, account: &str) -> Option<Organization>;

    /// Plans a statement of the Lake's dialect without running it, and returns the tables that it
    /// reads, as it names them; names of `WITH` are none. A table may be the id of an event data
    /// store, whether there is one or not, or a name that the one who runs it knows.
    ///
    /// # Errors
    /// Where it is wrong, and how.
    fn check_sql(&self, statement: &str) -> Result<Vec<String>, SqlTrouble>;

    /// Checks whether the answer of a query may be put into a bucket.
    ///
    /// # Errors
    /// [`BucketTrouble`]
    fn delivery(&self, check: &DeliveryCheck<'_>) -> Result<(), BucketTrouble>;

    /// Checks whether a bucket is there and can be read for an import.
    ///
    /// # Errors
    /// [`BucketTrouble`]
    fn import_source(&self, bucket: &str, account: &str) -> Result<(), BucketTrouble>;

    /// Lets the one who evaluates policies read one; its form is checked already.
    ///
    /// # Errors
    /// What is wrong with it, for the caller.
    fn policy(&self, text: &str) -> Result<(), String>;

    /// Returns whether the caller may put events into a channel: by its own policies and the
    /// channel's.
    fn may_put(&self, need: &PutNeed<'_>) -> bool;
}

/// Where a statement is wrong, counted from 1, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlTrouble {
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
    /// What is wrong, and what to write instead where that is known.
    pub message: String,
}

/// What would be put where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryCheck<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// What every key would begin with: prefix, `AWSLogs/…/CloudTrail-Lake/Query/`.
    pub key_prefix: &'a str,
    /// The stores on whose behalf, by ARN; none when the statement reads no store.
    pub store_arns: &'a [String],
    /// The account that asks.
    pub account: &'a str,
}

/// Why a bucket will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketTrouble {
    /// There is no such bucket.
    Missing,
    /// Its policy does not allow it.
    Denied,
    /// The store that holds it does not answer.
    Unreachable,
}

/// What a caller of `PutAuditEvents` must be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PutNeed<'a> {
    /// The channel: the resource of `cloudtrail-data:PutAuditEvents`.
    pub channel_arn: &'a str,
    /// The account that owns it.
    pub owner: &'a str,
    /// The channel's policy; without one only the owner's account may put.
    pub policy: Option<&'a str>,
    /// The condition key `cloudtrail:ExternalId`.
    pub external_id: Option<&'a str>,
}

/// An organization as far as event data stores care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// The account that may make organization stores.
    pub management_account: String,
    /// Whether the asking account may do so on its behalf.
    pub is_delegated_admin: bool,
    /// Whether the organization trusts `cloudtrail.amazonaws.com`.
    pub trusts_cloudtrail: bool,
    /// Whether it has all features, not only consolidated billing.
    pub has_all_features: bool,
}
