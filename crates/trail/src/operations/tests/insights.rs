//! `PutInsightSelectors`, `GetInsightSelectors`, `PutEventConfiguration` and `GetEventConfiguration`.

use expect_test::expect;

use super::check;

#[test]
fn insight_selectors_are_replaced_and_turned_off() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > GetInsightSelectors {"TrailName": "logs"}
        InsightNotEnabledException: Trail logs does not have Insights enabled.
        > PutInsightSelectors {"TrailName": "logs", "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","InsightSelectors":[{"InsightType":"ApiCallRateInsight"}]}
        > PutInsightSelectors {"TrailName": "logs", "InsightSelectors": [{"InsightType": "ApiErrorRateInsight", "EventCategories": ["Management", "Data"]}]}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","InsightSelectors":[{"InsightType":"ApiErrorRateInsight","EventCategories":["Management","Data"]}]}
        > GetInsightSelectors {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","InsightSelectors":[{"InsightType":"ApiErrorRateInsight","EventCategories":["Management","Data"]}]}
        > GetTrail {"Name": "logs"}
        {"Trail":{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":true,"IsOrganizationTrail":false,"RecursiveLogging":true}}
        > PutInsightSelectors {"TrailName": "logs", "InsightSelectors": []}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","InsightSelectors":[]}
        > GetInsightSelectors {"TrailName": "logs"}
        InsightNotEnabledException: Trail logs does not have Insights enabled.
        > GetTrail {"Name": "logs"}
        {"Trail":{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}}
    "#]]);
}

#[test]
fn insight_selectors_are_checked() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > PutInsightSelectors {"TrailName": "logs", "InsightSelectors": [{"InsightType": "Other"}]}
        InvalidInsightSelectorsException: Value Other for InsightType is invalid.
        > PutInsightSelectors {"TrailName": "logs", "InsightSelectors": [{}]}
        InvalidInsightSelectorsException: Value  for InsightType is invalid.
        > PutInsightSelectors {"TrailName": "logs", "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiCallRateInsight"}]}
        InvalidInsightSelectorsException: InsightType ApiCallRateInsight is given more than once.
        > PutInsightSelectors {"TrailName": "logs", "InsightSelectors": [{"InsightType": "ApiCallRateInsight", "EventCategories": ["Insight"]}]}
        InvalidInsightSelectorsException: Value Insight for EventCategories is invalid.
        > PutInsightSelectors {"TrailName": "logs", "InsightSelectors": [], "InsightsDestination": "12345678-1234-1234-1234-123456789012"}
        InvalidParameterCombinationException: You can specify InsightsDestination only with EventDataStore.
        > PutInsightSelectors {"InsightSelectors": []}
        InvalidParameterCombinationException: Specify TrailName or EventDataStore.
        > PutInsightSelectors {"TrailName": "logs", "EventDataStore": "12345678-1234-1234-1234-123456789012", "InsightSelectors": []}
        InvalidParameterCombinationException: You can specify TrailName or EventDataStore, but not both.
        > PutInsightSelectors {"EventDataStore": "12345678-1234-1234-1234-123456789012", "InsightSelectors": []}
        UnsupportedOperationException: There are no event data stores here: insight selectors belong to trails only.
        > GetInsightSelectors {"EventDataStore": "12345678-1234-1234-1234-123456789012"}
        UnsupportedOperationException: There are no event data stores here: insight selectors belong to trails only.
        > GetInsightSelectors {}
        InvalidParameterCombinationException: Specify TrailName or EventDataStore.
    "#]]);
}

#[test]
fn aggregations_are_replaced_and_turned_off() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > GetEventConfiguration {"TrailName": "logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","AggregationConfigurations":[]}
        > PutEventConfiguration {"TrailName": "logs", "AggregationConfigurations": [{"Templates": ["API_ACTIVITY", "USER_ACTIONS"], "EventCategory": "Data"}]}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","AggregationConfigurations":[{"Templates":["API_ACTIVITY","USER_ACTIONS"],"EventCategory":"Data"}]}
        > GetEventConfiguration {"TrailName": "logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","AggregationConfigurations":[{"Templates":["API_ACTIVITY","USER_ACTIONS"],"EventCategory":"Data"}]}
        > PutEventConfiguration {"TrailName": "logs", "AggregationConfigurations": []}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","AggregationConfigurations":[]}
        > GetEventConfiguration {"TrailName": "logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","AggregationConfigurations":[]}
    "#]]);
}

#[test]
fn event_configurations_are_checked() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > PutEventConfiguration {"TrailName": "logs"}
        InvalidParameterException: Specify AggregationConfigurations for a trail.
        > PutEventConfiguration {"TrailName": "logs", "MaxEventSize": "Large"}
        InvalidParameterCombinationException: You can specify MaxEventSize only with EventDataStore.
        > PutEventConfiguration {"TrailName": "logs", "ContextKeySelectors": [{"Type": "TagContext", "Equals": ["team"]}]}
        InvalidParameterCombinationException: You can specify ContextKeySelectors only with EventDataStore.
        > PutEventConfiguration {"TrailName": "logs", "AggregationConfigurations": [{"Templates": ["OTHER"], "EventCategory": "Data"}]}
        InvalidParameterException: Value OTHER for Templates is invalid.
        > PutEventConfiguration {"TrailName": "logs", "AggregationConfigurations": [{"Templates": [], "EventCategory": "Data"}]}
        InvalidParameterException: Specify at least one of Templates.
        > PutEventConfiguration {"TrailName": "logs", "AggregationConfigurations": [{"Templates": ["API_ACTIVITY"], "EventCategory": "Management"}]}
        InvalidParameterException: Value Management for EventCategory is invalid.
        > PutEventConfiguration {"TrailName": "logs", "AggregationConfigurations": [{"Templates": ["API_ACTIVITY", "API_ACTIVITY"], "EventCategory": "Data"}]}
        InvalidParameterException: Template API_ACTIVITY is given more than once.
        > PutEventConfiguration {"TrailName": "logs", "AggregationConfigurations": [{"Templates": ["API_ACTIVITY"], "EventCategory": "Data"}, {"Templates": ["API_ACTIVITY"], "EventCategory": "Data"}]}
        InvalidParameterException: Specify one of AggregationConfigurations at most.
        > PutEventConfiguration {"AggregationConfigurations": []}
        InvalidParameterCombinationException: Specify TrailName or EventDataStore.
        > PutEventConfiguration {"TrailName": "logs", "EventDataStore": "12345678-1234-1234-1234-123456789012"}
        InvalidParameterCombinationException: You can specify TrailName or EventDataStore, but not both.
        > PutEventConfiguration {"EventDataStore": "12345678-1234-1234-1234-123456789012", "MaxEventSize": "Large"}
        EventDataStoreNotFoundException: Event data store 12345678-1234-1234-1234-123456789012 does not exist.
        > GetEventConfiguration {"EventDataStore": "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012"}
        EventDataStoreNotFoundException: Event data store arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012 does not exist.
        > GetEventConfiguration {"EventDataStore": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        EventDataStoreARNInvalidException: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs is neither the ARN nor the id of an event data store.
        > GetEventConfiguration {"EventDataStore": "store"}
        EventDataStoreARNInvalidException: store is neither the ARN nor the id of an event data store.
        > GetEventConfiguration {}
        InvalidParameterCombinationException: Specify TrailName or EventDataStore.
    "#]]);
}
