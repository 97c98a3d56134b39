//! What models say and services do not mean.

/// A kind of constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// The least and greatest length or value.
    Range,
    /// The pattern.
    Pattern,
    /// The enum values.
    Enum,
}

/// Service, shape and the rule that is not enforced here.
const NOT_ENFORCED: &[(&str, &str, Rule)] = &[
    // LookupEvents has its own exceptions: the operation answers InvalidMaxResultsException,
    // InvalidEventCategoryException and InvalidLookupAttributesException.
    ("cloudtrail", "MaxResults", Rule::Range),
    ("cloudtrail", "EventCategory", Rule::Enum),
    ("cloudtrail", "LookupAttributeKey", Rule::Enum),
    ("cloudtrail", "LookupAttributeValue", Rule::Range),
    // So have trails: InvalidEventSelectorsException, InvalidInsightSelectorsException,
    // InvalidParameterException, InvalidTagParameterException, TagsLimitExceededException,
    // ResourceARNNotValidException.
    ("cloudtrail", "ReadWriteType", Rule::Enum),
    ("cloudtrail", "InsightType", Rule::Enum),
    ("cloudtrail", "SourceEventCategory", Rule::Enum),
    ("cloudtrail", "Template", Rule::Enum),
    ("cloudtrail", "EventCategoryAggregation", Rule::Enum),
    ("cloudtrail", "AggregationConfigurations", Rule::Range),
    ("cloudtrail", "Templates", Rule::Range),
    ("cloudtrail", "TagKey", Rule::Range),
    ("cloudtrail", "TagValue", Rule::Range),
    ("cloudtrail", "TagsList", Rule::Range),
    ("cloudtrail", "ResourceArn", Rule::Range),
    ("cloudtrail", "ResourceArn", Rule::Pattern),
    // `^[a-zA-Z]+$` would refuse `SaaSProduct@1.0`.
    ("marketplace-catalog", "EntityType", Rule::Pattern),
    // `^[a-zA-Z]$` would refuse every name of two letters.
    ("marketplace-catalog", "ChangeName", Rule::Pattern),
    // Demands an object, although dimension changes send an array.
    ("marketplace-catalog", "Json", Rule::Pattern),
    // References to entities that the same change set makes, `$Name.Entity.Identifier`.
    ("marketplace-catalog", "Identifier", Rule::Pattern),
    // Tags have an exception of their own, InvalidTagException.
    ("meteringmarketplace", "TagList", Rule::Range),
    ("meteringmarketplace", "TagKey", Rule::Range),
    ("meteringmarketplace", "TagKey", Rule::Pattern),
    ("meteringmarketplace", "TagValue", Rule::Range),
    ("meteringmarketplace", "TagValue", Rule::Pattern),
    // `^[A-Z_]+$` contradicts the documented `InvalidImageProperties`.
    ("marketplace-catalog", "ErrorCode", Rule::Pattern),
    // S3 has codes of its own for these, InvalidStorageClass and InvalidLocationConstraint, and
    // more Regions than a model made before them.
    ("s3", "StorageClass", Rule::Enum),
    ("s3", "BucketLocationConstraint", Rule::Enum),
    // An empty key is refused by S3 as such; in lists of keys it is an error of that key alone.
    ("s3", "ObjectKey", Rule::Range),
    // The path to a copy's source is decoded before it is looked at.
    ("s3", "CopySource", Rule::Pattern),
    // SQS answers InvalidAttributeName; to lists of names it passes over those it does not know.
    ("sqs", "QueueAttributeName", Rule::Enum),
    ("sqs", "MessageSystemAttributeName", Rule::Enum),
    ("sqs", "MessageSystemAttributeNameForSends", Rule::Enum),
];

/// Returns whether the model's rule for this shape is held against values.
pub(super) fn is_enforced(service: &str, shape: &str, rule: Rule) -> bool {
    !NOT_ENFORCED.contains(&(service, shape, rule))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Models};

    #[test]
    fn every_quirk_is_still_in_its_model() {
        let models = Models::built_in();
        for (service, shape, rule) in NOT_ENFORCED {
            let found = models.service(service).and_then(|service| service.shape_named(shape));
            let found = found.unwrap_or_else(|| panic!("{service} has no {shape}"));
            let limits = &found.constraints;
            let is_there = match rule {
                Rule::Range => limits.min.is_some() || limits.max.is_some(),
                Rule::Pattern => limits.pattern.is_some(),
                Rule::Enum => matches!(&found.kind, Kind::String { values } if !values.is_empty()),
            };
            assert!(is_there, "{service} {shape} has no {rule:?} to pass over");
        }
    }
}
