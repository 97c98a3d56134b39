//! `CreateMultipartUpload`: says what the object will be, before its bytes come.

use std::collections::BTreeMap;

use wire::{Fault, Members, Value};

use super::told_algorithm;
use crate::attributes;
use crate::bucket::Upload;
use crate::checksum;
use crate::fault;
use crate::lock;
use crate::request::{Effect, Request};
use crate::state::Change;
use crate::tags;

/// How many hexadecimal digits of an upload's id are drawn.
const DRAWN_DIGITS: usize = 48;

/// Begins an upload.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (name, bucket, key) = (request.bucket_name(), request.bucket()?, request.key()?);
    let input = request.input;
    let attributes = attributes::read(input, bucket)?;
    let lock = lock::read(input, bucket, request.call.now)?;
    let (algorithm, composite) = algorithm(input)?;
    let upload = Upload {
        initiated: request.now(),
        initiator: request.call.account.to_owned(),
        owner: attributes::owner(bucket, attributes.acl.as_deref(), request.call.account),
        attributes,
        tags: tags::read_header(input.string("Tagging").unwrap_or_default())?,
        retention: lock.retention,
        legal_hold: lock.legal_hold,
        algorithm,
        composite,
        parts: BTreeMap::new(),
    };
    // the time comes first: listings of a key's uploads go by their ids
    let millis = request.call.now.as_millisecond();
    let id = format!("{millis:012x}{}", request.call.hex(DRAWN_DIGITS));
    let (algorithm, kind) = told_algorithm(&upload);
    let output = Members::new()
        .with("Bucket", Value::from(name))
        .with("Key", Value::from(key))
        .with("UploadId", Value::from(&*id))
        .with("ServerSideEncryption", Value::from("AES256"))
        .with("ChecksumAlgorithm", algorithm)
        .with("ChecksumType", kind);
    let (bucket, key, upload) = (name.to_owned(), key.to_owned(), Box::new(upload));
    let change = Change::CreateUpload { bucket, key, id, upload };
    Ok(request.change(output, vec![change]))
}

/// Reads which sum the object is to have, and how it is made.
fn algorithm(input: &Members) -> Result<(Option<String>, bool), Fault> {
    let kind = input.string("ChecksumType");
    match (input.string("ChecksumAlgorithm"), kind) {
        (Some(algorithm), kind) => {
            let composite = checksum::is_composite(algorithm, kind)?;
            Ok((Some(algorithm.to_owned()), composite))
        }
        (None, None) => Ok((None, false)),
        (None, Some(_)) => {
            let message = "The x-amz-checksum-type header can only be used with the \
                           x-amz-checksum-algorithm header.";
            Err(fault::invalid_request(message))
        }
    }
}
