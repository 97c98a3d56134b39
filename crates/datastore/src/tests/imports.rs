//! Imports: started, stopped, retried and listed.

use expect_test::expect;

use super::check;
use super::world::{World, long};
use crate::{Change, FailureStatus, ImportChange, ImportFailure, ImportStatistics, ImportStatus};

#[test]
fn an_import_is_started_and_stopped() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket/AWSLogs/111122223333/CloudTrail/", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/import"}}, "StartEventTime": 1795000000, "EndEventTime": 1795100000}
        {"ImportId":"<3>","Destinations":["ARN:eventdatastore/<1>"],"ImportSource":{"S3":{"S3LocationUri":"s3://bucket/AWSLogs/111122223333/CloudTrail/","S3BucketRegion":"us-east-1","S3BucketAccessRoleArn":"arn:aws:iam::111122223333:role/import"}},"StartEventTime":1795000000,"EndEventTime":1795100000,"ImportStatus":"INITIALIZING","CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125}
        > GetImport {"ImportId": "<3>"}
        {"ImportId":"<3>","Destinations":["ARN:eventdatastore/<1>"],"ImportSource":{"S3":{"S3LocationUri":"s3://bucket/AWSLogs/111122223333/CloudTrail/","S3BucketRegion":"us-east-1","S3BucketAccessRoleArn":"arn:aws:iam::111122223333:role/import"}},"StartEventTime":1795000000,"EndEventTime":1795100000,"ImportStatus":"INITIALIZING","CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"ImportStatistics":{"PrefixesFound":0,"PrefixesCompleted":0,"FilesCompleted":0,"EventsCompleted":0,"FailedEntries":0}}
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket/AWSLogs/111122223333/CloudTrail/", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/import"}}}
        AccountHasOngoingImportException: Import <3> of this account is still going on.
        > UpdateEventDataStore {"EventDataStore": "<1>", "Name": "two"}
        EventDataStoreHasOngoingImportException: Import <3> into ARN:eventdatastore/<1> is still going on.
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        EventDataStoreHasOngoingImportException: Import <3> into ARN:eventdatastore/<1> is still going on.
        > ListImports {}
        {"Imports":[{"ImportId":"<3>","ImportStatus":"INITIALIZING","Destinations":["ARN:eventdatastore/<1>"],"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125}]}
        > ListImports {"Destination": "ARN:eventdatastore/<1>", "ImportStatus": "INITIALIZING"}
        {"Imports":[{"ImportId":"<3>","ImportStatus":"INITIALIZING","Destinations":["ARN:eventdatastore/<1>"],"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125}]}
        > ListImports {"ImportStatus": "FAILED"}
        {"Imports":[]}
        > wait 5
        > StopImport {"ImportId": "<3>"}
        {"ImportId":"<3>","Destinations":["ARN:eventdatastore/<1>"],"ImportSource":{"S3":{"S3LocationUri":"s3://bucket/AWSLogs/111122223333/CloudTrail/","S3BucketRegion":"us-east-1","S3BucketAccessRoleArn":"arn:aws:iam::111122223333:role/import"}},"StartEventTime":1795000000,"EndEventTime":1795100000,"ImportStatus":"STOPPED","CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161605.125,"ImportStatistics":{"PrefixesFound":0,"PrefixesCompleted":0,"FilesCompleted":0,"EventsCompleted":0,"FailedEntries":0}}
        > StopImport {"ImportId": "<3>"}
        InvalidParameterException: Import <3> is STOPPED already.
        > StartImport {"ImportId": "<3>"}
        InvalidParameterException: Import <3> is STOPPED: only a failed one can be retried.
        > ListImportFailures {"ImportId": "<3>"}
        {"Failures":[]}
        > UpdateEventDataStore {"EventDataStore": "<1>", "Name": "two"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"two","Status":"ENABLED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161605.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > as 222233334444
        > GetImport {"ImportId": "<3>"}
        ImportNotFoundException: Import <3> does not exist.
        > ListImports {}
        {"Imports":[]}
        > as 111122223333
        > wait 31536000
        > GetImport {"ImportId": "<3>"}
        ImportNotFoundException: Import <3> does not exist.
    "#]]);
}

#[test]
fn what_is_wrong_with_an_import() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateEventDataStore {"Name": "audit", "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"audit","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ActivityAuditLog"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > StartImport {}
        InvalidParameterException: Specify Destinations with one event data store, and ImportSource.
        > StartImport {"Destinations": ["<1>"]}
        InvalidParameterException: Specify ImportSource.
        > StartImport {"ImportId": "<5>", "Destinations": ["<1>"]}
        InvalidParameterException: Specify ImportId alone to retry an import, or leave it out.
        > StartImport {"ImportId": "<5>"}
        ImportNotFoundException: Import <5> does not exist.
        > StartImport {"Destinations": ["store"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket/AWSLogs/111122223333/CloudTrail/", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/import"}}}
        EventDataStoreARNInvalidException: store is neither the ARN nor the id of an event data store.
        > StartImport {"Destinations": ["<5>"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket/AWSLogs/111122223333/CloudTrail/", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/import"}}}
        EventDataStoreNotFoundException: Event data store <5> does not exist.
        > StartImport {"Destinations": ["<3>"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket/AWSLogs/111122223333/CloudTrail/", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/import"}}}
        InvalidEventDataStoreCategoryException: Trail files can be imported only into event data stores with Management, Data or NetworkActivity events.
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "bucket/prefix", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/x"}}}
        InvalidImportSourceException: bucket/prefix names no S3 bucket, as in s3://bucket/prefix.
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket", "S3BucketRegion": "Dublin", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/x"}}}
        InvalidImportSourceException: Dublin is no Region.
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:user/x"}}}
        InvalidImportSourceException: arn:aws:iam::111122223333:user/x is not the ARN of a role.
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://nowhere", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/x"}}}
        InvalidImportSourceException: S3 bucket nowhere does not exist!
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://closed", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/x"}}}
        InvalidImportSourceException: S3 bucket closed cannot be read.
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://silent", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/x"}}}
        InvalidImportSourceException: The store that holds the bucket silent does not answer.
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket/AWSLogs/111122223333/CloudTrail/", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/import"}}, "StartEventTime": 1795100000, "EndEventTime": 1795000000}
        InvalidParameterException: StartEventTime must not be after EndEventTime.
        > GetImport {"ImportId": "<5>"}
        ImportNotFoundException: Import <5> does not exist.
        > StopImport {"ImportId": "<5>"}
        ImportNotFoundException: Import <5> does not exist.
        > ListImportFailures {"ImportId": "<5>"}
        InvalidParameterException: Import <5> does not exist.
        > ListImports {"Destination": "<5>"}
        InvalidParameterException: Event data store <5> does not exist.
        > ListImports {"Destination": "store"}
        EventDataStoreARNInvalidException: store is neither the ARN nor the id of an event data store.
        > ListImports {"NextToken": "junk"}
        InvalidNextTokenException: Invalid token: ask again without NextToken.
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket/AWSLogs/111122223333/CloudTrail/", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/import"}}}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
    "#]]);
}

/// What the one who reads reports is what is shown; a failed import begins again.
#[test]
fn an_import_is_reported_and_retried() {
    let mut world = World::new();
    world.call("CreateEventDataStore", r#"{"Name": "one"}"#);
    let source = r#"{"S3LocationUri": "s3://bucket", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/x"}"#;
    let input = format!(r#"{{"Destinations": ["<1>"], "ImportSource": {{"S3": {source}}}}}"#);
    world.step(&format!("StartImport {input}"));
    let id = long("<3>");
    assert_eq!(world.state.imports_to_run()[0].id, id);
    let at = world.now;
    let statistics = ImportStatistics {
        prefixes_found: 3,
        prefixes_completed: 2,
        files_completed: 70,
        events_completed: 7_000,
        failed_entries: 2,
    };
    let failed = |location: &str, status| ImportChange::Entry {
        id: id.clone(),
        location: location.to_owned(),
        failure: ImportFailure {
            status,
            error_type: "InvalidFile".to_owned(),
            error_message: "not gzip".to_owned(),
            updated: at,
        },
    };
    let changes = [
        ImportChange::Progressed { id: id.clone(), at, statistics },
        failed("s3://bucket/b.json.gz", FailureStatus::Failed),
        failed("s3://bucket/a.json.gz", FailureStatus::Failed),
        ImportChange::Ended { id: id.clone(), at, status: ImportStatus::Failed },
        // what is reported late changes no status
        ImportChange::Ended { id: id.clone(), at, status: ImportStatus::Completed },
    ];
    world.apply(&changes.map(Change::from));
    world.check_steps(&expect![[r#"
        > GetImport {"ImportId": "<3>"}
        {"ImportId":"<3>","Destinations":["ARN:eventdatastore/<1>"],"ImportSource":{"S3":{"S3LocationUri":"s3://bucket","S3BucketRegion":"us-east-1","S3BucketAccessRoleArn":"arn:aws:iam::111122223333:role/x"}},"ImportStatus":"FAILED","CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"ImportStatistics":{"PrefixesFound":3,"PrefixesCompleted":2,"FilesCompleted":70,"EventsCompleted":7000,"FailedEntries":2}}
        > ListImportFailures {"ImportId": "<3>"}
        {"Failures":[{"Location":"s3://bucket/a.json.gz","Status":"FAILED","ErrorType":"InvalidFile","ErrorMessage":"not gzip","LastUpdatedTime":1795161600.125},{"Location":"s3://bucket/b.json.gz","Status":"FAILED","ErrorType":"InvalidFile","ErrorMessage":"not gzip","LastUpdatedTime":1795161600.125}]}
        > StartImport {"ImportId": "<3>"}
        {"ImportId":"<3>","Destinations":["ARN:eventdatastore/<1>"],"ImportSource":{"S3":{"S3LocationUri":"s3://bucket","S3BucketRegion":"us-east-1","S3BucketAccessRoleArn":"arn:aws:iam::111122223333:role/x"}},"ImportStatus":"INITIALIZING","CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125}
        > StartImport {"ImportId": "<3>"}
        InvalidParameterException: Import <3> is INITIALIZING: only a failed one can be retried.
        > ListImportFailures {"ImportId": "<3>"}
        {"Failures":[{"Location":"s3://bucket/a.json.gz","Status":"RETRY","ErrorType":"InvalidFile","ErrorMessage":"not gzip","LastUpdatedTime":1795161600.125},{"Location":"s3://bucket/b.json.gz","Status":"RETRY","ErrorType":"InvalidFile","ErrorMessage":"not gzip","LastUpdatedTime":1795161600.125}]}
    "#]]);
    world.apply(&[
        failed("s3://bucket/a.json.gz", FailureStatus::Succeeded).into(),
        ImportChange::Ended { id: id.clone(), at, status: ImportStatus::Completed }.into(),
    ]);
    world.check_steps(&expect![[r#"
        > ListImports {}
        {"Imports":[{"ImportId":"<3>","ImportStatus":"COMPLETED","Destinations":["ARN:eventdatastore/<1>"],"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125}]}
        > ListImportFailures {"ImportId": "<3>", "MaxResults": 1}
        {"Failures":[{"Location":"s3://bucket/a.json.gz","Status":"SUCCEEDED","ErrorType":"InvalidFile","ErrorMessage":"not gzip","LastUpdatedTime":1795161600.125}],"NextToken":"WyJ4WGo3Y0pLcl9lRHlJaWRVIiwiczM6Ly9idWNrZXQvYS5qc29uLmd6Iiwib2FvLWU0TzItaU5Ob1MxTGJmZ3V4UzJ2MUxpQkgwb3VIOVloMkJZX2ZmTSJd"}
    "#]]);
    assert!(world.state.imports_to_run().is_empty());
}
