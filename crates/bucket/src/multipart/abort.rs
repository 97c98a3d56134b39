//! `AbortMultipartUpload`: an upload is given up, and its parts with it.

use wire::{Fault, Members};

use super::upload;
use crate::fault;
use crate::request::{Effect, Request};
use crate::state::Change;

/// Gives an upload up.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    upload(request)?;
    if request.input.get("IfMatchInitiatedTime").is_some() {
        return Err(fault::header_not_implemented("x-amz-if-match-initiated-time"));
    }
    let change = Change::DeleteUpload {
        bucket: request.bucket_name().to_owned(),
        key: request.text("Key").to_owned(),
        id: request.text("UploadId").to_owned(),
    };
    Ok(request.change(Members::new(), vec![change]))
}
