//! `UpdateTrail`.

use wire::{Done, Fault};

use super::{TRAIL, destinations, find, organization, own_frame, quota, settings, show};
use crate::change::Change;
use crate::request::Request;
use crate::state::Trail;

/// Changes the settings that are given and keeps the others; an empty text takes a prefix, topic,
/// key or log group away. The destinations are checked again whatever was given.
///
/// # Errors
/// Those of a trail that may not be changed, then as for `CreateTrail`; a trail that would now
/// count in a Region without room is refused with `OperationNotPermittedException`, since the model
/// gives this operation no exception for it.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("Name").unwrap_or_default();
    let trail = find::changeable(request, named)?;
    let updated = updated(request, trail)?;
    let is_wider = (updated.is_multi_region && !trail.is_multi_region)
        || (updated.is_organization() && !trail.is_organization());
    if is_wider {
        quota::check_room(request, &updated, "OperationNotPermittedException")?;
    }
    destinations::check(request, &updated)?;
    let is_topic_gone = request.input.string("SnsTopicName") == Some("");
    let (output, arn) = (show::settings(&updated, is_topic_gone), updated.arn.clone());
    let (trail, at, to) = (Box::new(updated), request.call.now, own_frame(request));
    let change = Change::Updated { trail, at, to };
    Ok(Done::changed(output, vec![change]).about(TRAIL, arn))
}

fn updated(request: &Request<'_, '_>, trail: &Trail) -> Result<Trail, Fault> {
    let input = request.input;
    let mut updated = trail.clone();
    scope(request, &mut updated)?;
    settings::check(input, &trail.home_region)?;
    if let Some(bucket) = input.string("S3BucketName") {
        bucket.clone_into(&mut updated.s3_bucket_name);
    }
    if let Some(prefix) = input.string("S3KeyPrefix") {
        updated.s3_key_prefix = filled(prefix);
    }
    if let Some(topic) = input.string("SnsTopicName") {
        let arn = settings::topic_arn(topic, &trail.home_region, &trail.account);
        updated.sns_topic_arn = filled(topic).map(|_| arn);
        updated.sns_topic_name = filled(topic);
    }
    match input.boolean("EnableLogFileValidation") {
        Some(true) => updated.validation_since = trail.validation_since.or(Some(request.call.now)),
        Some(false) => updated.validation_since = None,
        None => {}
    }
    if let Some(recursive) = input.boolean("RecursiveLogging") {
        updated.recursive_logging = recursive;
    }
    convert(request, &mut updated)?;
    forget_delivery(&mut updated);
    Ok(updated)
}

/// An update does not look at these, and a frame need not hold them.
pub(super) fn forget_delivery(trail: &mut Trail) {
    trail.cuts.clear();
    trail.chains.clear();
    trail.unlisted.clear();
    trail.notices.clear();
    trail.statuses.clear();
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Events of global services come and go with the other Regions, unless the call says otherwise.
fn scope(request: &Request<'_, '_>, trail: &mut Trail) -> Result<(), Fault> {
    let before = trail.is_multi_region;
    let is_multi_region = request.input.boolean("IsMultiRegionTrail").unwrap_or(before);
    let kept = if is_multi_region == before {
        trail.include_global_service_events
    } else {
        is_multi_region
    };
    let includes_global = request.input.boolean("IncludeGlobalServiceEvents").unwrap_or(kept);
    settings::check_scope(is_multi_region, includes_global)?;
    trail.is_multi_region = is_multi_region;
    trail.include_global_service_events = includes_global;
    Ok(())
}

/// Turns an account's trail into its organization's, or the other way round.
fn convert(request: &Request<'_, '_>, trail: &mut Trail) -> Result<(), Fault> {
    let or_bucket = |trail: &Trail, refused| {
        destinations::or_bucket(request, &trail.s3_bucket_name, &trail.arn, refused)
    };
    match request.input.boolean("IsOrganizationTrail") {
        Some(true) if !trail.is_organization() => {
            let organization = organization::for_conversion(request);
            let organization = organization.map_err(|refused| or_bucket(trail, refused))?;
            trail.organization_id = Some(organization.id);
        }
        Some(false) if trail.is_organization() => {
            organization::check_may_convert(request, trail)
                .map_err(|refused| or_bucket(trail, refused))?;
            trail.leave_organization();
        }
        _ => {}
    }
    Ok(())
}
