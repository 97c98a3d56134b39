//! `CreateBucket`: a name becomes an account's bucket.

use wire::{Fault, Members, Value};

use crate::attributes::refuse_unknown;
use crate::bucket::{ObjectLock, Ownership, Settings, Versioning};
use crate::fault;
use crate::name;
use crate::request::{Effect, Request};
use crate::state::Change;
use crate::tags;

/// The Region that needs no name, and the only one where making a bucket twice is fine.
pub(crate) const FIRST_REGION: &str = "us-east-1";

/// The most buckets of an account.
const BUCKETS_MAX: usize = 10_000;

/// Makes a bucket.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let name = request.bucket_name();
    name::check_bucket(name)?;
    refuse_unknown(request.input)?;
    let empty = Members::new();
    let configuration = request.input.map("CreateBucketConfiguration").unwrap_or(&empty);
    let region = region(request, configuration)?;
    let settings = settings(request.input, configuration)?;
    let output = Members::new()
        .with("Location", Value::from(format!("/{name}")))
        .with("BucketArn", Value::from(format!("arn:aws:s3:::{name}")));
    if let Some(owner) = request.state.owner(name) {
        let again = owner == request.call.account;
        let fine = [request.state.region(name), Some(request.call.region), Some(&region)]
            .iter()
            .all(|region| *region == Some(FIRST_REGION));
        return if again && fine { Ok(request.answer(output)) } else { Err(taken(name, again)) };
    }
    check_count(request)?;
    let change = Change::CreateBucket {
        bucket: name.to_owned(),
        owner: request.call.account.to_owned(),
        region,
        created: request.now(),
        settings,
    };
    Ok(request.change(output, vec![change]))
}

/// Returns where the bucket is to be: `us-east-1` takes orders for every Region, the others for
/// themselves, and want to be named.
fn region(request: &Request<'_, '_>, configuration: &Members) -> Result<String, Fault> {
    let here = request.call.region;
    let constraint = configuration.string("LocationConstraint").filter(|it| !it.is_empty());
    let illegal = |what: &str| {
        let message = format!(
            "The {what} location constraint is incompatible for the region specific endpoint \
             this request was sent to."
        );
        Err(Fault::new("IllegalLocationConstraintException", message))
    };
    match constraint {
        None if here == FIRST_REGION => Ok(FIRST_REGION.to_owned()),
        None => illegal("unspecified"),
        Some(named) if named == FIRST_REGION || !is_region(named) => {
            let message = "The specified location-constraint is not valid";
            let fault = fault::fault(400, "InvalidLocationConstraint", message);
            Err(fault.with_member("LocationConstraint", named))
        }
        Some(named) => {
            let region = if named == "EU" { "eu-west-1" } else { named };
            if here == FIRST_REGION || here == region {
                Ok(region.to_owned())
            } else {
                illegal(named)
            }
        }
    }
}

fn is_region(text: &str) -> bool {
    let pieces: Vec<&str> = text.split('-').collect();
    let word =
        |piece: &&str| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_lowercase());
    let number = |piece: &&str| piece.len() == 1 && piece.bytes().all(|byte| byte.is_ascii_digit());
    match pieces.as_slice() {
        ["EU"] => true,
        [words @ .., last] => words.len() >= 2 && words.iter().all(word) && number(last),
        [] => false,
    }
}

fn settings(input: &Members, configuration: &Members) -> Result<Settings, Fault> {
    if configuration.get("Location").is_some() || configuration.get("Bucket").is_some() {
        return Err(fault::not_implemented("directory buckets"));
    }
    if input.string("BucketNamespace").is_some_and(|space| space != "global") {
        return Err(fault::header_not_implemented("x-amz-bucket-namespace"));
    }
    let mut settings = Settings::new();
    settings.tags = tags::read_configuration(configuration)?;
    if let Some(ownership) = input.string("ObjectOwnership") {
        settings.ownership = Some(Ownership::read(ownership)?);
    }
    if input.boolean("ObjectLockEnabledForBucket") == Some(true) {
        settings.object_lock = Some(ObjectLock::default());
        settings.versioning = Versioning::Enabled;
    }
    check_acl(input.string("ACL"), &settings)?;
    Ok(settings)
}

/// Refuses an ACL that says more than that the bucket is its owner's.
fn check_acl(acl: Option<&str>, settings: &Settings) -> Result<(), Fault> {
    match acl {
        None | Some("" | "private") => Ok(()),
        Some(_) if settings.ownership == Some(Ownership::BucketOwnerEnforced) => {
            let message = "Bucket cannot have ACLs set with ObjectOwnership's \
                           BucketOwnerEnforced setting";
            Err(fault::fault(400, "InvalidBucketAclWithObjectOwnership", message))
        }
        Some(acl) => Err(fault::not_implemented(&format!("the ACL {acl}"))),
    }
}

fn taken(name: &str, by_caller: bool) -> Fault {
    let (code, message) = if by_caller {
        let message = "Your previous request to create the named bucket succeeded and you \
                       already own it.";
        ("BucketAlreadyOwnedByYou", message)
    } else {
        let message = "The requested bucket name is not available. The bucket namespace is \
                       shared by all users of the system. Please select a different name and \
                       try again.";
        ("BucketAlreadyExists", message)
    };
    fault::fault(409, code, message).with_member("BucketName", name)
}

fn check_count(request: &Request<'_, '_>) -> Result<(), Fault> {
    let own = request.state.buckets().filter(|(_, it)| it.owner == request.call.account).count();
    if own < BUCKETS_MAX {
        return Ok(());
    }
    let message = "You have attempted to create more buckets than allowed";
    Err(fault::fault(400, "TooManyBuckets", message))
}

#[cfg(test)]
mod tests {
    use super::is_region;

    #[test]
    fn regions_are_told_by_their_form() {
        for region in ["eu-west-1", "us-gov-west-1", "ap-southeast-2", "EU"] {
            assert!(is_region(region), "{region}");
        }
        for region in
            ["", "us", "us-1", "us-east", "us-east-", "us-east-11", "Us-east-1", "a/b-c-1"]
        {
            assert!(!is_region(region), "{region}");
        }
    }
}
