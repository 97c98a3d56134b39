//! Uploads in parts: begun, filled, completed or given up.

pub(crate) mod abort;
pub(crate) mod complete;
pub(crate) mod create;
pub(crate) mod list_parts;
pub(crate) mod list_uploads;
pub(crate) mod upload_part;
pub(crate) mod upload_part_copy;

use wire::{Fault, Value};

use crate::bucket::Upload;
use crate::fault;
use crate::request::Request;

/// Returns the upload that is meant.
fn upload<'a>(request: &Request<'a, '_>) -> Result<&'a Upload, Fault> {
    let (key, id) = (request.key()?, request.text("UploadId"));
    request.bucket()?.upload(key, id).ok_or_else(|| fault::no_such_upload(id))
}

/// Reads the number of a part.
fn part_number(request: &Request<'_, '_>) -> Result<u32, Fault> {
    let given = request.input.integer("PartNumber").unwrap_or(0);
    let number = u32::try_from(given).ok().filter(|number| (1..=PARTS_MAX).contains(number));
    number.ok_or_else(|| {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        fault::invalid_argument(message, "partNumber", &given.to_string())
    })
}

/// The highest number of a part.
const PARTS_MAX: u32 = 10_000;

/// Returns how the sums of an upload's object are made, as answers tell it.
fn told_algorithm(upload: &Upload) -> (Option<Value>, Option<Value>) {
    let kind = crate::checksum::kind(upload.composite);
    let algorithm = upload.algorithm.as_deref().map(Value::from);
    let kind = algorithm.is_some().then(|| Value::from(kind));
    (algorithm, kind)
}
