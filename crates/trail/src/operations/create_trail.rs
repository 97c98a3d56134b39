//! `CreateTrail`.

use std::collections::BTreeMap;

use event::selectors::Selectors;
use wire::{Done, Fault};

use super::{TRAIL, arn, destinations, name, organization, quota, settings, show, tags};
use crate::change::Change;
use crate::request::Request;
use crate::state::Trail;

/// Makes a trail whose home is the called Region. It delivers nothing until `StartLogging`.
///
/// # Errors
/// In this order: the name's, the parameters', the destinations' by their form, the organization's,
/// `TrailAlreadyExistsException`, `MaximumNumberOfTrailsExceededException`, then what the bucket
/// and the topic say.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let trail = read(request)?;
    quota::check_name(request, &trail)?;
    quota::check_room(request, &trail, "MaximumNumberOfTrailsExceededException")?;
    destinations::check(request, &trail)?;
    let (output, arn) = (show::settings(&trail, false), trail.arn.clone());
    Ok(Done::changed(output, vec![Change::Created(Box::new(trail))]).about(TRAIL, arn))
}

fn read(request: &Request<'_, '_>) -> Result<Trail, Fault> {
    let (input, call) = (request.input, &*request.call);
    let trail_name = input.string("Name").unwrap_or_default();
    name::check(trail_name)?;
    let is_multi_region = input.boolean("IsMultiRegionTrail").unwrap_or(false);
    let includes_global = input.boolean("IncludeGlobalServiceEvents").unwrap_or(true);
    settings::check_scope(is_multi_region, includes_global)?;
    let tags = tags::merged(&BTreeMap::new(), input)?;
    settings::check(input, call.region)?;

    let owner = owner(request, trail_name)?;
    let topic = settings::given(input, "SnsTopicName");
    let validates = input.boolean("EnableLogFileValidation").unwrap_or(false);
    Ok(Trail {
        number: request.state.next_number,
        name: trail_name.to_owned(),
        arn: arn::trail(call.region, &owner.account, trail_name),
        home_region: call.region.to_owned(),
        s3_bucket_name: input.string("S3BucketName").unwrap_or_default().to_owned(),
        s3_key_prefix: settings::given(input, "S3KeyPrefix").map(str::to_owned),
        sns_topic_name: topic.map(str::to_owned),
        sns_topic_arn: topic.map(|it| settings::topic_arn(it, call.region, &owner.account)),
        account: owner.account,
        include_global_service_events: includes_global,
        is_multi_region,
        organization_id: owner.organization_id,
        former_organization_id: None,
        validation_since: validates.then_some(call.now),
        recursive_logging: input.boolean("RecursiveLogging").unwrap_or(true),
        selectors: Selectors::default(),
        has_custom_event_selectors: false,
        insight_selectors: Vec::new(),
        insights_destination: None,
        aggregations: Vec::new(),
        tags,
        is_logging: false,
        started: None,
        stopped: None,
        cut_to: request.sequence,
        cuts: Vec::new(),
        chains: BTreeMap::new(),
        unlisted: Vec::new(),
        notices: Vec::new(),
        statuses: BTreeMap::new(),
    })
}

/// Whose trail it will be.
struct Owner {
    account: String,
    organization_id: Option<String>,
}

/// An organization's trail belongs to its management account, whoever makes it.
fn owner(request: &Request<'_, '_>, name: &str) -> Result<Owner, Fault> {
    if !request.input.boolean("IsOrganizationTrail").unwrap_or(false) {
        return Ok(Owner { account: request.call.account.to_owned(), organization_id: None });
    }
    let organization = organization::with_trails(request).map_err(|refused| {
        let bucket = request.input.string("S3BucketName").unwrap_or_default();
        destinations::or_bucket(request, bucket, &arn::of_trail(request.call, name), refused)
    })?;
    let (account, id) = (organization.management_account, organization.id);
    Ok(Owner { account, organization_id: Some(id) })
}
