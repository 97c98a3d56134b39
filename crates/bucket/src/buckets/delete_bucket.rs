//! `DeleteBucket`: an empty bucket goes.

use wire::{Fault, Members};

use crate::fault;
use crate::request::{Effect, Request};
use crate::state::Change;

/// Deletes the bucket; uploads under way go with it, versions and delete markers must have gone.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let bucket = request.bucket()?;
    if !bucket.objects.is_empty() {
        let message = if bucket.tells_versions() {
            "The bucket you tried to delete is not empty. You must delete all versions in the \
             bucket."
        } else {
            "The bucket you tried to delete is not empty"
        };
        let fault = fault::fault(409, "BucketNotEmpty", message);
        return Err(fault.with_member("BucketName", request.bucket_name()));
    }
    let change = Change::DeleteBucket { bucket: request.bucket_name().to_owned() };
    Ok(request.change(Members::new(), vec![change]))
}
