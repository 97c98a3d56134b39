//! `UploadPartCopy`: a stretch of an object becomes a part of an upload.
//!
//! A part has an `ETag` of its own, which is known only from its bytes. So the call comes twice:
//!
//! ```text
//!   without a blob ──▶ nothing changes; the effect's content is the source
//!                      (whoever runs this copies those bytes into a blob)
//!   with the blob  ──▶ the blob is the part
//! ```

use wire::{Fault, Members, Value};

use super::{part_number, upload, upload_part};
use crate::attributes::refuse_unknown;
use crate::checksum;
use crate::conditions;
use crate::copy_source;
use crate::fault;
use crate::range::{Range, read_source};
use crate::request::{Content, Effect, Request};
use crate::shape;
use crate::write::{BODY_BYTES_MAX, told};

/// Answers the source, or makes what was copied from it a part.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let input = request.input;
    refuse_unknown(input)?;
    upload(request)?;
    let number = part_number(request)?;
    let source = copy_source::read(input)?;
    let found = source.find(request.state, input)?;
    conditions::check_source(input, found)?;
    let size = found.body.size();
    let range = input.string("CopySourceRange").map(|header| read_source(header, size));
    let range = range.transpose()?.unwrap_or(Range { from: 0, length: size });
    if range.length > BODY_BYTES_MAX {
        return Err(fault::entity_too_large(range.length, BODY_BYTES_MAX));
    }
    let Some(blob) = request.blob.take() else {
        let mut effect = request.answer(Members::new());
        effect.content = Some(Content { pieces: found.body.slice(range.from, range.length) });
        return Ok(effect);
    };
    if blob.size != range.length {
        return Err(changed_meanwhile());
    }
    let result = Members::new()
        .with("ETag", shape::etag(&blob.md5))
        .with("LastModified", Value::from(request.now()));
    let result = checksum::with_part_sums(result, &blob.checksums);
    let bucket = request.state.bucket(&source.bucket);
    let output = Members::new()
        .with("CopySourceVersionId", bucket.and_then(|bucket| told(bucket, &found.version)))
        .with("CopyPartResult", Value::from(result))
        .with("ServerSideEncryption", Value::from("AES256"));
    Ok(request.change(output, vec![upload_part::put(request, number, blob)]))
}

/// Returns the fault for a source that was another one when its bytes were read.
fn changed_meanwhile() -> Fault {
    let message = "A conflicting conditional operation is currently in progress against this \
                   resource. Please try again.";
    fault::fault(409, "OperationAborted", message)
}
