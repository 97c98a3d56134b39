//! Who owns what others write into a bucket.

use wire::{Fault, Members, Value};

use super::configure;
use crate::bucket::Ownership;
use crate::fault;
use crate::request::{Effect, Request};

impl Ownership {
    /// Reads the model's word.
    pub(crate) fn read(text: &str) -> Result<Self, Fault> {
        match text {
            "BucketOwnerEnforced" => Ok(Self::BucketOwnerEnforced),
            "BucketOwnerPreferred" => Ok(Self::BucketOwnerPreferred),
            "ObjectWriter" => Ok(Self::ObjectWriter),
            other => {
                let message = "The ObjectOwnership you specified is not valid";
                Err(fault::invalid_argument(message, "x-amz-object-ownership", other))
            }
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
        }
    }
}

/// Answers `GetBucketOwnershipControls`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let ownership = request.bucket()?.settings.ownership.ok_or_else(|| {
        let message = "The bucket ownership controls were not found";
        fault::not_set_up("OwnershipControlsNotFoundError", message, request.bucket_name())
    })?;
    let rule = Members::new().with("ObjectOwnership", Value::from(ownership.name()));
    let controls = Members::new().with("Rules", Value::from(vec![rule]));
    Ok(request.answer(Members::new().with("OwnershipControls", Value::from(controls))))
}

/// Answers `PutBucketOwnershipControls`: one rule.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let rules = request.input.map("OwnershipControls").map(|it| it.list("Rules"));
    let [Value::Map(rule)] = rules.unwrap_or_default() else { return Err(fault::malformed_xml()) };
    let word = rule.string("ObjectOwnership").unwrap_or_default();
    let ownership = Ownership::read(word).map_err(|_| fault::malformed_xml())?;
    configure(request, |settings| settings.ownership = Some(ownership))
}

/// Answers `DeleteBucketOwnershipControls`.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    configure(request, |settings| settings.ownership = None)
}
