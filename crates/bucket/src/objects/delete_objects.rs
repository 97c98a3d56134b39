//! `DeleteObjects`: up to a thousand deletions, each judged on its own.

use wire::{Fault, Members, Value};

use crate::conditions::bare;
use crate::fault;
use crate::name;
use crate::objects::delete_object::{Deleted, Target, delete};
use crate::request::{Effect, Request};

/// The most objects of one call.
const OBJECTS_MAX: usize = 1000;

/// Deletes what can be deleted, and says of the rest why not.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    request.bucket()?;
    let delete = request.input.map("Delete").ok_or_else(fault::malformed_xml)?;
    let count = delete.list("Objects").len();
    if count == 0 || count > OBJECTS_MAX {
        return Err(fault::malformed_xml());
    }
    let quiet = delete.boolean("Quiet") == Some(true);
    let (mut changes, mut deleted, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for identifier in delete.maps("Objects") {
        match one(request, identifier) {
            Ok(mut done) => {
                changes.extend(done.change.take());
                deleted.push(told(identifier, &done));
            }
            Err(fault) => errors.push(told_error(identifier, &fault)),
        }
    }
    let shown = |rows: Vec<Members>| (!rows.is_empty()).then(|| Value::from(rows));
    let output = Members::new()
        .with("Deleted", shown(deleted).filter(|_| !quiet))
        .with("Errors", shown(errors));
    Ok(request.change(output, changes))
}

fn one(request: &mut Request<'_, '_>, identifier: &Members) -> Result<Deleted, Fault> {
    if identifier.get("LastModifiedTime").is_some() || identifier.get("Size").is_some() {
        return Err(fault::not_implemented("deletions by time or size"));
    }
    let target = Target {
        key: identifier.string("Key").unwrap_or_default(),
        version: identifier.string("VersionId").filter(|version| !version.is_empty()),
        etag: identifier.string("ETag").map(bare),
        bypass: request.input.boolean("BypassGovernanceRetention") == Some(true),
    };
    name::check_key(target.key)?;
    delete((request.bucket_name(), request.bucket()?), &target, request.call)
}

/// Says what was deleted: the named version, and the marker that was made or has gone.
fn told(identifier: &Members, deleted: &Deleted) -> Members {
    let version = deleted.marker.then(|| deleted.version.clone().map(Value::from)).flatten();
    named(identifier)
        .with("DeleteMarker", deleted.marker.then(|| Value::from(true)))
        .with("DeleteMarkerVersionId", version)
}

fn told_error(identifier: &Members, fault: &Fault) -> Members {
    named(identifier)
        .with("Code", Value::from(&*fault.code))
        .with("Message", Value::from(&*fault.message))
}

fn named(identifier: &Members) -> Members {
    Members::new()
        .with("Key", identifier.get("Key").cloned())
        .with("VersionId", identifier.get("VersionId").cloned())
}
