//! Whether a bucket keeps what is overwritten and deleted.

use wire::{Fault, Members, Value};

use super::configure;
use crate::bucket::Versioning;
use crate::fault;
use crate::request::{Effect, Request};

/// Answers `GetBucketVersioning`: nothing where versioning was never on.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let status = match request.bucket()?.settings.versioning {
        Versioning::Never => None,
        Versioning::Enabled => Some(Value::from("Enabled")),
        Versioning::Suspended => Some(Value::from("Suspended")),
    };
    Ok(request.answer(Members::new().with("Status", status)))
}

/// Answers `PutBucketVersioning`. A bucket with object lock keeps it on.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let bucket = request.bucket()?;
    let given = request.input.map("VersioningConfiguration").ok_or_else(fault::malformed_xml)?;
    if given.string("MFADelete") == Some("Enabled") {
        return Err(fault::not_implemented("MFA delete"));
    }
    let versioning = match given.string("Status") {
        Some("Enabled") => Versioning::Enabled,
        Some("Suspended") => Versioning::Suspended,
        Some(_) => return Err(fault::malformed_xml()),
        None => {
            let message = "The Versioning element must be specified";
            let code = "IllegalVersioningConfigurationException";
            return Err(fault::fault(400, code, message));
        }
    };
    if bucket.settings.object_lock.is_some() && versioning == Versioning::Suspended {
        let message = "An Object Lock configuration is present on this bucket, so the versioning \
                       state cannot be changed.";
        return Err(fault::fault(409, "InvalidBucketState", message));
    }
    configure(request, |settings| settings.versioning = versioning)
}
