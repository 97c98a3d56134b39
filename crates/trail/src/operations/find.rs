//! Finds the trail that a call names, and holds who calls from where against it.

use wire::Fault;

use super::arn::{self, Arn};
use super::{name, organization};
use crate::request::Request;
use crate::state::Trail;

/// Returns the ARN of the trail that is named: by its ARN, or by its bare name, which means the
/// called Region and the caller's account.
///
/// # Errors
/// `CloudTrailARNInvalidException`, `InvalidTrailNameException`
pub(super) fn reference(request: &Request<'_, '_>, named: &str) -> Result<String, Fault> {
    if named.starts_with("arn:") {
        return check_arn(named).map(|()| named.to_owned());
    }
    name::check(named).map(|()| arn::of_trail(request.call, named))
}

fn check_arn(text: &str) -> Result<(), Fault> {
    match Arn::parse(text).and_then(|arn| arn.of_cloudtrail()) {
        Some(("trail", name)) => name::check(name),
        _ => Err(invalid_arn(text)),
    }
}

/// Returns the refusal of what ought to be the ARN of a trail.
pub(super) fn invalid_arn(text: &str) -> Fault {
    let form = "arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail";
    let message = format!("{text} is not the ARN of a trail, which looks like {form}.");
    Fault::new("CloudTrailARNInvalidException", message)
}

/// Finds a trail that the caller's account sees: its own, or its organization's by ARN.
///
/// # Errors
/// As for [`reference`].
pub(super) fn lookup<'a>(
    request: &Request<'a, '_>,
    named: &str,
) -> Result<Option<&'a Trail>, Fault> {
    let arn = reference(request, named)?;
    Ok(by_arn(request, &arn))
}

/// Finds a trail of this ARN that the caller's account sees.
pub(super) fn by_arn<'a>(request: &Request<'a, '_>, arn: &str) -> Option<&'a Trail> {
    request.state.trails.get(arn).filter(|trail| sees(request, trail))
}

/// Returns whether the caller's account sees a trail: its own, or one of its organization.
pub(super) fn sees(request: &Request<'_, '_>, trail: &Trail) -> bool {
    trail.account == request.call.account || organization::shares(request, trail)
}

/// Finds a trail that the caller's account sees.
///
/// # Errors
/// As for [`reference`], and `TrailNotFoundException`.
pub(super) fn visible<'a>(request: &Request<'a, '_>, named: &str) -> Result<&'a Trail, Fault> {
    let arn = reference(request, named)?;
    by_arn(request, &arn).ok_or_else(|| unknown(request, &arn))
}

/// Returns the refusal of a trail that is not there.
pub(super) fn unknown(request: &Request<'_, '_>, named: &str) -> Fault {
    let message = format!("Unknown trail: {named} for the user: {}", request.call.account);
    Fault::new("TrailNotFoundException", message)
}

/// Finds a trail that the call may change: of the caller's account, or of the organization that it
/// is a delegated administrator of, and in the trail's home Region.
///
/// # Errors
/// As for [`visible`], `NotOrganizationMasterAccountException` and `InvalidHomeRegionException`.
pub(super) fn changeable<'a>(request: &Request<'a, '_>, named: &str) -> Result<&'a Trail, Fault> {
    let trail = visible(request, named)?;
    organization::check_may_change(request, trail)?;
    if trail.home_region != request.call.region {
        let (arn, home, called) = (&trail.arn, &trail.home_region, request.call.region);
        return Err(Fault::new(
            "InvalidHomeRegionException",
            format!("Trail {arn} can be changed in its home Region {home} only, not in {called}."),
        ));
    }
    Ok(trail)
}
