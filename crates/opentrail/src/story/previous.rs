//! How a trail stood before a call changed what it sees: shown beside what the call asked for.
//!
//! AWS writes only the new value, and the old one has to be looked for in an earlier event, which
//! may lie in a file that nobody kept.

use serde_json::{Map, Value as Json, json};
use trail::{InsightSelector, Trail};

use super::omitted::left_out;

/// Beyond this many bytes only the beginning is shown: what `additionalEventData` may hold.
const BYTES_MAX: usize = 24 * 1024;

/// Returns what an operation takes away from a trail or replaces; `None` for operations that do
/// neither.
pub(super) fn previous(operation: &str, trail: &Trail) -> Option<Json> {
    let shown = match operation {
        "PutEventSelectors" => selectors(trail),
        "PutInsightSelectors" => insights(trail),
        "UpdateTrail" => settings(trail),
        "StopLogging" => logging(trail),
        "DeleteTrail" => {
            joined([settings(trail), logging(trail), selectors(trail), insights(trail)])
        }
        _ => return None,
    };
    let text = shown.to_string();
    if text.len() > BYTES_MAX {
        let reason = "over 24 KiB; the whole is in the event of the call that set it";
        return Some(left_out(&text, reason));
    }
    Some(shown)
}

fn settings(trail: &Trail) -> Json {
    let mut shown = json!({
        "name": trail.name,
        "s3BucketName": trail.s3_bucket_name,
        "s3KeyPrefix": trail.s3_key_prefix,
        "snsTopicName": trail.sns_topic_name,
        "snsTopicARN": trail.sns_topic_arn,
        "includeGlobalServiceEvents": trail.include_global_service_events,
        "isMultiRegionTrail": trail.is_multi_region,
        "homeRegion": trail.home_region,
        "trailARN": trail.arn,
        "logFileValidationEnabled": trail.validation_since.is_some(),
        "hasCustomEventSelectors": trail.has_custom_event_selectors,
        "hasInsightSelectors": !trail.insight_selectors.is_empty(),
        "isOrganizationTrail": trail.is_organization(),
        "recursiveLogging": trail.recursive_logging,
    });
    if let Json::Object(members) = &mut shown {
        members.retain(|_, value| !value.is_null());
    }
    shown
}

fn logging(trail: &Trail) -> Json {
    json!({ "isLogging": trail.is_logging })
}

fn selectors(trail: &Trail) -> Json {
    use event::selectors::Selectors;
    match &trail.selectors {
        Selectors::Basic(basic) => json!({ "eventSelectors": lowered(json!(basic)) }),
        Selectors::Advanced(advanced) => {
            json!({ "advancedEventSelectors": lowered(json!(advanced)) })
        }
    }
}

fn insights(trail: &Trail) -> Json {
    let shown = |selector: &InsightSelector| match selector.event_categories.as_slice() {
        [] => json!({ "insightType": selector.insight_type }),
        categories => {
            json!({ "insightType": selector.insight_type, "eventCategories": categories })
        }
    };
    let all: Vec<_> = trail.insight_selectors.iter().map(shown).collect();
    json!({ "insightSelectors": all })
}

fn joined(parts: [Json; 4]) -> Json {
    let all = parts.into_iter().filter_map(|part| match part {
        Json::Object(members) => Some(members),
        _ => None,
    });
    Json::Object(all.flatten().collect())
}

/// Returns selectors with their members' first letters lowered; there is no map among them.
fn lowered(value: Json) -> Json {
    match value {
        Json::Object(members) => {
            let entries = members.into_iter().map(|(mut name, value)| {
                if let Some(first) = name.get_mut(..1) {
                    first.make_ascii_lowercase();
                }
                (name, lowered(value))
            });
            Json::Object(entries.collect::<Map<_, _>>())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(lowered).collect()),
        other => other,
    }
}
