//! Calls on buckets: made and deleted, found, set up.

pub(crate) mod absent;
pub(crate) mod acl;
pub(crate) mod create_bucket;
pub(crate) mod delete_bucket;
pub(crate) mod encryption;
pub(crate) mod find;
pub(crate) mod list_buckets;
pub(crate) mod object_lock;
pub(crate) mod ownership;
pub(crate) mod policy;
pub(crate) mod public;
pub(crate) mod public_access_block;
pub(crate) mod tagging;
pub(crate) mod versioning;

use wire::{Fault, Members};

use crate::bucket::Settings;
use crate::request::{Effect, Request};
use crate::state::Change;

/// Sets the bucket that is meant up as `change` makes it.
fn configure(
    request: &Request<'_, '_>,
    change: impl FnOnce(&mut Settings),
) -> Result<Effect, Fault> {
    let before = &request.bucket()?.settings;
    let mut settings = before.clone();
    change(&mut settings);
    let differs = settings != *before;
    let bucket = request.bucket_name().to_owned();
    let changes = differs.then_some(Change::Configure { bucket, settings });
    Ok(request.change(Members::new(), changes.into_iter().collect()))
}
