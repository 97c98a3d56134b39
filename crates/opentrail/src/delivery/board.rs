//! What waits to be delivered, for those who want to see it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use trail::{RegionStatus, Trail, Waiting};

/// What a trail has still to deliver, and how that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// The trail.
    pub arn: String,
    /// Its account.
    pub account: String,
    /// Its home Region.
    pub home_region: String,
    /// Its bucket.
    pub bucket: String,
    /// Whether it takes events.
    pub is_logging: bool,
    /// Whether it was deleted and is only being finished.
    pub is_deleted: bool,
    /// Events that are not cut yet.
    pub events: u64,
    /// The bytes of their records.
    pub bytes: u64,
    /// Cuts whose files are not all in the bucket.
    pub cuts: u64,
    /// Notifications that wait.
    pub notices: u64,
    /// Since when the oldest of all this waits.
    pub since: Option<Timestamp>,
    /// When a log file last arrived, from any Region.
    pub latest_delivery: Option<Timestamp>,
    /// When a digest last arrived, from any Region.
    pub latest_digest: Option<Timestamp>,
    /// What did not arrive when it was last tried: Region, channel and error code.
    pub errors: Vec<(String, &'static str, String)>,
}

/// The backlogs of all trails, as the deliverer last saw them.
#[derive(Default)]
pub(crate) struct Board(Mutex<Vec<Backlog>>);

impl Backlog {
    /// Returns what a trail has still to deliver.
    pub(super) fn of(trail: &Trail, is_deleted: bool, waiting: Option<&VecDeque<Waiting>>) -> Self {
        let waiting = waiting.into_iter().flatten();
        let waiting: Vec<_> = waiting.filter(|portion| portion.to > trail.cut_to).collect();
        let statuses = || trail.statuses.values();
        Self {
            arn: trail.arn.clone(),
            account: trail.account.clone(),
            home_region: trail.home_region.clone(),
            bucket: trail.s3_bucket_name.clone(),
            is_logging: trail.is_logging,
            is_deleted,
            events: waiting.iter().map(|portion| portion.events).sum(),
            bytes: waiting.iter().map(|portion| portion.bytes).sum(),
            cuts: trail.cuts.len() as u64,
            notices: trail.notices.len() as u64,
            since: trail
                .cuts
                .first()
                .map(|cut| cut.at)
                .or(waiting.first().map(|first| first.since)),
            latest_delivery: statuses().filter_map(|status| status.latest_delivery).max(),
            latest_digest: statuses().filter_map(|status| status.latest_digest_delivery).max(),
            errors: trail.statuses.iter().flat_map(errors).collect(),
        }
    }
}

fn errors(
    (region, status): (&String, &RegionStatus),
) -> impl Iterator<Item = (String, &'static str, String)> {
    let channels = [
        ("delivery", &status.latest_delivery_error),
        ("digest", &status.latest_digest_delivery_error),
        ("notification", &status.latest_notification_error),
    ];
    let region = region.clone();
    channels
        .into_iter()
        .filter_map(move |(channel, error)| Some((region.clone(), channel, error.clone()?)))
}

impl Board {
    pub(super) fn put(&self, backlogs: Vec<Backlog>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = backlogs;
    }

    /// Returns all backlogs.
    pub(crate) fn backlogs(&self) -> Vec<Backlog> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
