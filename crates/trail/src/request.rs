//! What the operations on trails are given, and the little that they must ask of others.

use wire::{Call, Members};

use crate::state::State;

/// One call of an operation on trails.
pub struct Request<'a, 'c> {
    /// Everything about trails.
    pub state: &'a State,
    /// The last frame that is in the state: a new trail delivers what comes after it.
    pub sequence: u64,
    /// The input in the terms of the model.
    pub input: &'a Members,
    /// Account, Region, time and randomness.
    pub call: &'a mut Call<'c>,
    /// What lies outside of trails.
    pub around: &'a dyn Surroundings,
}

/// What an operation on trails asks about the world around them.
pub trait Surroundings {
    /// Checks whether CloudTrail may write to a bucket on behalf of a trail.
    ///
    /// # Errors
    /// [`BucketTrouble`]
    fn bucket(&self, check: &BucketCheck<'_>) -> Result<(), BucketTrouble>;

    /// Checks whether CloudTrail may publish to a topic on behalf of a trail; false also when there
    /// is no such topic.
    fn topic(&self, topic_arn: &str, trail_arn: &str) -> bool;

    /// Returns the organization that an account belongs to.
    fn organization(&self, account: &str) -> Option<Organization>;

    /// Returns the Regions that are enabled.
    fn regions(&self) -> &[String];
}

/// What CloudTrail would do with a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketCheck<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// The marker objects that it would put there.
    pub marker_keys: &'a [String],
    /// On whose behalf: the trail.
    pub trail_arn: &'a str,
    /// The trail's account.
    pub account: &'a str,
}

/// Why a bucket will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketTrouble {
    /// There is no such bucket.
    Missing,
    /// Its policy does not let CloudTrail read its ACL and put the markers.
    Denied,
    /// The store that holds it does not answer.
    Unreachable,
}

/// An organization as far as trails care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// The account that may make organization trails.
    pub management_account: String,
    /// Whether the asking account may do so on its behalf.
    pub is_delegated_admin: bool,
    /// Whether the organization trusts `cloudtrail.amazonaws.com`.
    pub trusts_cloudtrail: bool,
    /// Whether it has all features, not only consolidated billing.
    pub has_all_features: bool,
}
