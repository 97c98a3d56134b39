//! How a trail is shown: members in AWS's order, those that are not set left out.

use wire::{Members, Value};

use crate::state::Trail;

/// Returns a trail as `GetTrail` and `DescribeTrails` show it.
pub(super) fn trail(trail: &Trail) -> Members {
    beginning(trail, false)
        .with("HomeRegion", Value::from(trail.home_region.as_str()))
        .with("TrailARN", Value::from(trail.arn.as_str()))
        .with("LogFileValidationEnabled", Value::from(trail.validation_since.is_some()))
        .with("HasCustomEventSelectors", Value::from(trail.has_custom_event_selectors))
        .with("HasInsightSelectors", Value::from(!trail.insight_selectors.is_empty()))
        .with("IsOrganizationTrail", Value::from(trail.is_organization()))
        .with("RecursiveLogging", Value::from(trail.recursive_logging))
}

/// Returns a trail as `CreateTrail` and `UpdateTrail` answer it; where a topic was just taken away,
/// its members are there and empty.
pub(super) fn settings(trail: &Trail, is_topic_gone: bool) -> Members {
    beginning(trail, is_topic_gone)
        .with("TrailARN", Value::from(trail.arn.as_str()))
        .with("LogFileValidationEnabled", Value::from(trail.validation_since.is_some()))
        .with("IsOrganizationTrail", Value::from(trail.is_organization()))
        .with("RecursiveLogging", Value::from(trail.recursive_logging))
}

fn beginning(trail: &Trail, is_topic_gone: bool) -> Members {
    let topic = |text: &Option<String>| {
        let gone = is_topic_gone.then(String::new);
        text.clone().or(gone).map(Value::from)
    };
    Members::with_capacity(14)
        .with("Name", Value::from(trail.name.as_str()))
        .with("S3BucketName", Value::from(trail.s3_bucket_name.as_str()))
        .with("S3KeyPrefix", trail.s3_key_prefix.clone().map(Value::from))
        .with("SnsTopicName", topic(&trail.sns_topic_name))
        .with("SnsTopicARN", topic(&trail.sns_topic_arn))
        .with("IncludeGlobalServiceEvents", Value::from(trail.include_global_service_events))
        .with("IsMultiRegionTrail", Value::from(trail.is_multi_region))
}
