//! Event data stores: made, changed, stopped, deleted and restored.

use expect_test::expect;

use super::check;
use super::world::World;

#[test]
fn a_store_lives() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "all", "TagsList": [{"Key": "b", "Value": "1"}, {"Key": "a"}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"all","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"TagsList":[{"Key":"a"},{"Key":"b","Value":"1"}],"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > GetEventDataStore {"EventDataStore": "ARN:eventdatastore/<1>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"all","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > wait 1
        > GetEventDataStore {"EventDataStore": "<1>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"all","Status":"ENABLED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > UpdateEventDataStore {"EventDataStore": "<1>", "Name": "most", "RetentionPeriod": 7, "MultiRegionEnabled": false, "TerminationProtectionEnabled": false, "AdvancedEventSelectors": [{"Name": "writes", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": ["false"]}, {"Field": "eventName", "NotStartsWith": ["Put"]}]}, {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"most","Status":"ENABLED","AdvancedEventSelectors":[{"Name":"writes","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"readOnly","Equals":["false"]},{"Field":"eventName","NotStartsWith":["Put"]}]},{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":7,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161601.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > ListEventDataStores {}
        {"EventDataStores":[{"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"most"}]}
        > StopEventDataStoreIngestion {"EventDataStore": "<1>"}
        {}
        > GetEventDataStore {"EventDataStore": "<1>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"most","Status":"STOPPED_INGESTION","AdvancedEventSelectors":[{"Name":"writes","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"readOnly","Equals":["false"]},{"Field":"eventName","NotStartsWith":["Put"]}]},{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":7,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161601.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > StartEventDataStoreIngestion {"EventDataStore": "<1>"}
        {}
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > wait 604799
        > GetEventDataStore {"EventDataStore": "<1>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"most","Status":"PENDING_DELETION","AdvancedEventSelectors":[{"Name":"writes","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"readOnly","Equals":["false"]},{"Field":"eventName","NotStartsWith":["Put"]}]},{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":7,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161601.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > ListEventDataStores {}
        {"EventDataStores":[{"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"most"}]}
        > RestoreEventDataStore {"EventDataStore": "<1>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"most","Status":"ENABLED","AdvancedEventSelectors":[{"Name":"writes","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"readOnly","Equals":["false"]},{"Field":"eventName","NotStartsWith":["Put"]}]},{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":7,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795766400.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > wait 604800
        > GetEventDataStore {"EventDataStore": "<1>"}
        EventDataStoreNotFoundException: Event data store <1> does not exist.
        > ListEventDataStores {}
        {"EventDataStores":[]}
        > CreateEventDataStore {"Name": "most", "StartIngestion": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"most","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1796371200.125,"UpdatedTimestamp":1796371200.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > wait 1
        > GetEventDataStore {"EventDataStore": "<3>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"most","Status":"STOPPED_INGESTION","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1796371200.125,"UpdatedTimestamp":1796371200.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > DeleteEventDataStore {"EventDataStore": "<3>"}
        EventDataStoreTerminationProtectedException: Event data store ARN:eventdatastore/<3> has termination protection: set TerminationProtectionEnabled to false with UpdateEventDataStore first.
        > UpdateEventDataStore {"EventDataStore": "<3>", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"most","Status":"STOPPED_INGESTION","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1796371200.125,"UpdatedTimestamp":1796371201.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > DeleteEventDataStore {"EventDataStore": "<3>"}
        {}
        > RestoreEventDataStore {"EventDataStore": "<3>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"most","Status":"STOPPED_INGESTION","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1796371200.125,"UpdatedTimestamp":1796371201.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
    "#]]);
}

#[test]
fn what_is_wrong_with_a_new_store() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "no"}
        ValidationException: 1 validation error detected: Value 'no' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 3
        > CreateEventDataStore {"Name": "short", "RetentionPeriod": 6}
        ValidationException: 1 validation error detected: Value '6' at 'retentionPeriod' failed to satisfy constraint: Member must have value greater than or equal to 7
        > CreateEventDataStore {"Name": "long", "BillingMode": "FIXED_RETENTION_PRICING", "RetentionPeriod": 2558}
        InvalidParameterException: RetentionPeriod is 7 to 2557 days with BillingMode FIXED_RETENTION_PRICING.
        > CreateEventDataStore {"Name": "none", "AdvancedEventSelectors": []}
        InvalidEventSelectorsException: Specify between 1 and 500 selectors for your event data store.
        > CreateEventDataStore {"Name": "mixed", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}, {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Insight"]}]}]}
        InvalidEventSelectorsException: An event data store takes one kind of events: Management, Data and NetworkActivity together, or one of Insight, ConfigurationItem, Evidence and ActivityAuditLog.
        > CreateEventDataStore {"Name": "odd", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Other"]}]}]}
        InvalidEventSelectorsException: The eventCategory field value is not valid: Other
        > CreateEventDataStore {"Name": "audit", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        InvalidParameterException: An event data store for ActivityAuditLog events is of one Region and one account: set MultiRegionEnabled and OrganizationEnabled to false.
        > CreateEventDataStore {"Name": "audit", "MultiRegionEnabled": false, "StartIngestion": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        InvalidParameterException: StartIngestion cannot be false for events of this category.
        > CreateEventDataStore {"Name": "key", "KmsKeyId": "alias/mine"}
        InsufficientEncryptionPolicyException: KMS key alias/mine cannot be used: there is no key service here, and rows are not encrypted with keys of one.
        > CreateEventDataStore {"Name": "key", "KmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012"}
        KmsKeyNotFoundException: KMS key arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012 is no key of the event data store's Region.
        > CreateEventDataStore {"Name": "key", "KmsKeyId": "mine"}
        InvalidKmsKeyIdException: KMS key mine is not valid: give a key id, an alias that begins with alias/, or the ARN of either.
        > CreateEventDataStore {"Name": "tags", "TagsList": [{"Key": "aws:x"}]}
        InvalidTagParameterException: Tag keys that begin with aws: are reserved.
        > CreateEventDataStore {"Name": "organization", "OrganizationEnabled": true}
        OrganizationsNotInUseException: The account does not belong to an organization.
        > CreateEventDataStore {"Name": "one"}
        {"EventDataStoreArn":"ARN:eventdatastore/<5>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateEventDataStore {"Name": "one"}
        EventDataStoreAlreadyExistsException: Event data store one already exists for customer: 111122223333
        > in eu-west-1
        > CreateEventDataStore {"Name": "one", "BillingMode": "FIXED_RETENTION_PRICING"}
        {"EventDataStoreArn":"arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/<9>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":2557,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"FIXED_RETENTION_PRICING"}
        > ListEventDataStores {}
        {"EventDataStores":[{"EventDataStoreArn":"arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/<9>","Name":"one"}]}
        > GetEventDataStore {"EventDataStore": "ARN:eventdatastore/<13>"}
        EventDataStoreNotFoundException: Event data store ARN:eventdatastore/<13> does not exist.
    "#]]);
}

#[test]
fn what_is_not_there_or_not_active() {
    check(expect![[r#"
        > GetEventDataStore {"EventDataStore": "store"}
        EventDataStoreARNInvalidException: store is neither the ARN nor the id of an event data store.
        > GetEventDataStore {"EventDataStore": "ARN:trail/<1>"}
        EventDataStoreARNInvalidException: ARN:trail/<1> is neither the ARN nor the id of an event data store.
        > GetEventDataStore {"EventDataStore": "<1>"}
        EventDataStoreNotFoundException: Event data store <1> does not exist.
        > CreateEventDataStore {"Name": "one", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > UpdateEventDataStore {"EventDataStore": "<1>"}
        InvalidParameterException: Specify at least one setting to update.
        > RestoreEventDataStore {"EventDataStore": "<1>"}
        InvalidEventDataStoreStatusException: Event data store ARN:eventdatastore/<1> is CREATED, not PENDING_DELETION.
        > StartEventDataStoreIngestion {"EventDataStore": "<1>"}
        InvalidEventDataStoreStatusException: Event data store ARN:eventdatastore/<1> is CREATED, not STOPPED_INGESTION.
        > StopEventDataStoreIngestion {"EventDataStore": "<1>"}
        {}
        > StopEventDataStoreIngestion {"EventDataStore": "<1>"}
        InvalidEventDataStoreStatusException: Event data store ARN:eventdatastore/<1> is STOPPED_INGESTION, not ENABLED.
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
        > UpdateEventDataStore {"EventDataStore": "<1>", "Name": "two"}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
        > StopEventDataStoreIngestion {"EventDataStore": "<1>"}
        InvalidEventDataStoreStatusException: Event data store ARN:eventdatastore/<1> is PENDING_DELETION, not ENABLED.
        > EnableFederation {"EventDataStore": "<1>", "FederationRoleArn": "arn:aws:iam::111122223333:role/any"}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
        > RestoreEventDataStore {"EventDataStore": "<1>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"STOPPED_INGESTION","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > as 222233334444
        > GetEventDataStore {"EventDataStore": "<1>"}
        EventDataStoreNotFoundException: Event data store <1> does not exist.
        > GetEventDataStore {"EventDataStore": "ARN:eventdatastore/<1>"}
        EventDataStoreNotFoundException: Event data store ARN:eventdatastore/<1> does not exist.
        > as 111122223333
        > in eu-west-1
        > GetEventDataStore {"EventDataStore": "ARN:eventdatastore/<1>"}
        EventDataStoreNotFoundException: Event data store ARN:eventdatastore/<1> does not exist.
    "#]]);
}

#[test]
fn billing_goes_one_way() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "fixed", "BillingMode": "FIXED_RETENTION_PRICING"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"fixed","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":2557,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"FIXED_RETENTION_PRICING"}
        > UpdateEventDataStore {"EventDataStore": "<1>", "RetentionPeriod": 3000}
        InvalidParameterException: RetentionPeriod is 7 to 2557 days with BillingMode FIXED_RETENTION_PRICING.
        > UpdateEventDataStore {"EventDataStore": "<1>", "RetentionPeriod": 3000, "BillingMode": "EXTENDABLE_RETENTION_PRICING"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"fixed","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":3000,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > UpdateEventDataStore {"EventDataStore": "<1>", "BillingMode": "FIXED_RETENTION_PRICING"}
        InvalidParameterException: BillingMode cannot change from EXTENDABLE_RETENTION_PRICING to FIXED_RETENTION_PRICING.
        > CreateEventDataStore {"Name": "other"}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"other","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > UpdateEventDataStore {"EventDataStore": "<3>", "Name": "fixed"}
        EventDataStoreAlreadyExistsException: Event data store fixed already exists for customer: 111122223333
        > UpdateEventDataStore {"EventDataStore": "<3>", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        InvalidEventSelectorsException: The kind of events of an event data store cannot change: make another store.
        > UpdateEventDataStore {"EventDataStore": "<3>", "KmsKeyId": "alias/mine"}
        InsufficientEncryptionPolicyException: KMS key alias/mine cannot be used: there is no key service here, and rows are not encrypted with keys of one.
    "#]]);
}

#[test]
fn only_some_stores_are_stopped() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "insights", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Insight"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"insights","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Insight"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > StopEventDataStoreIngestion {"EventDataStore": "<1>"}
        InvalidEventDataStoreCategoryException: Ingestion can be started and stopped only for event data stores with Management, Data, NetworkActivity or ConfigurationItem events.
        > CreateEventDataStore {"Name": "items", "StartIngestion": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ConfigurationItem"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"items","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ConfigurationItem"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > StartEventDataStoreIngestion {"EventDataStore": "<3>"}
        {}
        > GetEventDataStore {"EventDataStore": "<3>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"items","Status":"ENABLED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ConfigurationItem"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
    "#]]);
}

#[test]
fn nothing_is_federated() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > EnableFederation {"EventDataStore": "<1>", "FederationRoleArn": "arn:aws:iam::111122223333:role/any"}
        UnsupportedOperationException: There is no Glue Data Catalog here to federate event data stores with. Their tables are open: other engines read them in place.
        > DisableFederation {"EventDataStore": "<1>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","FederationStatus":"DISABLED"}
        > DisableFederation {"EventDataStore": "<3>"}
        EventDataStoreNotFoundException: Event data store <3> does not exist.
    "#]]);
}

#[test]
fn stores_have_configurations() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateEventDataStore {"Name": "insights", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Insight"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"insights","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Insight"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > GetEventConfiguration {"EventDataStore": "<1>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","MaxEventSize":"Standard","ContextKeySelectors":[]}
        > PutEventConfiguration {"EventDataStore": "<1>", "ContextKeySelectors": [{"Type": "TagContext", "Equals": ["team"]}]}
        InvalidParameterCombinationException: ContextKeySelectors need MaxEventSize to be Large.
        > PutEventConfiguration {"EventDataStore": "<1>", "MaxEventSize": "Large", "ContextKeySelectors": [{"Type": "TagContext", "Equals": ["team"]}, {"Type": "RequestContext", "Equals": ["aws:PrincipalArn"]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","MaxEventSize":"Large","ContextKeySelectors":[{"Type":"TagContext","Equals":["team"]},{"Type":"RequestContext","Equals":["aws:PrincipalArn"]}]}
        > GetEventConfiguration {"EventDataStore": "<1>"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","MaxEventSize":"Large","ContextKeySelectors":[{"Type":"TagContext","Equals":["team"]},{"Type":"RequestContext","Equals":["aws:PrincipalArn"]}]}
        > PutEventConfiguration {"EventDataStore": "<1>", "ContextKeySelectors": [{"Type": "RequestContext", "Equals": ["aws:Other"]}]}
        InvalidParameterException: Key aws:Other is not one of a request's context.
        > PutEventConfiguration {"EventDataStore": "<1>", "ContextKeySelectors": [{"Type": "TagContext", "Equals": ["a", "a"]}]}
        InvalidParameterException: Key a is given more than once.
        > PutEventConfiguration {"EventDataStore": "<1>", "ContextKeySelectors": [{"Type": "TagContext", "Equals": ["a"]}, {"Type": "TagContext", "Equals": ["b"]}]}
        InvalidParameterException: Type TagContext is given more than once.
        > PutEventConfiguration {"EventDataStore": "<1>", "MaxEventSize": "Standard"}
        InvalidParameterCombinationException: ContextKeySelectors need MaxEventSize to be Large.
        > PutEventConfiguration {"EventDataStore": "<1>", "MaxEventSize": "Standard", "ContextKeySelectors": []}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","MaxEventSize":"Standard","ContextKeySelectors":[]}
        > PutEventConfiguration {"EventDataStore": "<1>", "AggregationConfigurations": []}
        InvalidParameterCombinationException: You can specify AggregationConfigurations only with TrailName.
        > PutEventConfiguration {"EventDataStore": "<3>", "MaxEventSize": "Large"}
        InvalidEventDataStoreCategoryException: Only event data stores with Management, Data or NetworkActivity events have an event configuration.
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > GetEventConfiguration {"EventDataStore": "<1>"}
        InvalidEventDataStoreStatusException: Event data store ARN:eventdatastore/<1> is PENDING_DELETION.
    "#]]);
}

#[test]
fn stores_have_insight_selectors() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateEventDataStore {"Name": "insights", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Insight"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"insights","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Insight"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > GetInsightSelectors {"EventDataStore": "<1>"}
        InsightNotEnabledException: Event data store ARN:eventdatastore/<1> does not have Insights enabled.
        > PutInsightSelectors {"EventDataStore": "<1>", "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]}
        InvalidParameterException: Specify InsightsDestination with EventDataStore.
        > PutInsightSelectors {"EventDataStore": "<1>", "InsightsDestination": "<1>", "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]}
        InvalidParameterException: Event data store ARN:eventdatastore/<1> does not take Insight events.
        > PutInsightSelectors {"EventDataStore": "<1>", "InsightsDestination": "<3>", "InsightSelectors": [{"InsightType": "ApiCallRateInsight", "EventCategories": ["Management"]}]}
        {"InsightSelectors":[{"InsightType":"ApiCallRateInsight","EventCategories":["Management"]}],"EventDataStoreArn":"ARN:eventdatastore/<1>","InsightsDestination":"ARN:eventdatastore/<3>"}
        > GetInsightSelectors {"EventDataStore": "<1>"}
        {"InsightSelectors":[{"InsightType":"ApiCallRateInsight","EventCategories":["Management"]}],"EventDataStoreArn":"ARN:eventdatastore/<1>","InsightsDestination":"ARN:eventdatastore/<3>"}
        > PutInsightSelectors {"EventDataStore": "<1>", "InsightsDestination": "<3>", "InsightSelectors": [{"InsightType": "ApiCallRateInsight", "EventCategories": ["Data"]}]}
        InvalidInsightSelectorsException: Value Data for EventCategories is invalid.
        > PutInsightSelectors {"EventDataStore": "<1>", "InsightsDestination": "<3>", "InsightSelectors": [{"InsightType": "Other"}]}
        InvalidInsightSelectorsException: Value Other for InsightType is invalid.
        > PutInsightSelectors {"EventDataStore": "<1>", "InsightsDestination": "<3>", "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiCallRateInsight"}]}
        InvalidInsightSelectorsException: InsightType ApiCallRateInsight is given more than once.
        > PutInsightSelectors {"EventDataStore": "<3>", "InsightsDestination": "<3>", "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]}
        InvalidParameterException: Insights are of event data stores with Management events only.
        > PutInsightSelectors {"EventDataStore": "<5>", "InsightSelectors": []}
        InvalidParameterException: Event data store <5> does not exist.
        > PutInsightSelectors {"EventDataStore": "<1>", "InsightSelectors": []}
        {"InsightSelectors":[],"EventDataStoreArn":"ARN:eventdatastore/<1>"}
        > GetInsightSelectors {"EventDataStore": "<1>"}
        InsightNotEnabledException: Event data store ARN:eventdatastore/<1> does not have Insights enabled.
    "#]]);
}

#[test]
fn there_is_room_for_ten_stores_in_a_region() {
    let mut world = World::new();
    for name in 0..10 {
        let input = format!(r#"{{"Name": "store-{name}", "TerminationProtectionEnabled": false}}"#);
        assert!(world.call("CreateEventDataStore", &input).starts_with('{'));
    }
    let full = "EventDataStoreMaxLimitExceededException: User: 111122223333 already has 10 event \
                data stores in us-east-1.";
    assert_eq!(world.call("CreateEventDataStore", r#"{"Name": "more"}"#), full);
    // one that waits to be deleted counts, and can be restored
    let deleted = world.step(r#"DeleteEventDataStore {"EventDataStore": "<1>"}"#);
    assert_eq!(deleted.as_deref(), Some("{}"));
    assert_eq!(world.call("CreateEventDataStore", r#"{"Name": "more"}"#), full);
    let restored = world.step(r#"RestoreEventDataStore {"EventDataStore": "<1>"}"#);
    assert!(restored.unwrap().starts_with('{'));
    "eu-west-1".clone_into(&mut world.region);
    assert!(world.call("CreateEventDataStore", r#"{"Name": "more"}"#).starts_with('{'));
    let numbers: Vec<_> = world.state.stores.values().map(|store| store.number).collect();
    assert_eq!(numbers.iter().max(), Some(&10));
    world.assert_folds_twice();
}

#[test]
fn lists_go_in_pages() {
    let mut world = World::new();
    for name in ["c", "a", "b"] {
        world.call("CreateEventDataStore", &format!(r#"{{"Name": "{name}{name}{name}"}}"#));
    }
    let mut names = Vec::new();
    let mut token = String::new();
    loop {
        let input = format!(r#"{{"MaxResults": 1{token}}}"#);
        let page: serde_json::Value =
            serde_json::from_str(&world.call("ListEventDataStores", &input)).unwrap();
        names.push(page["EventDataStores"][0]["Name"].as_str().unwrap().to_owned());
        let Some(next) = page["NextToken"].as_str() else { break };
        token = format!(r#", "NextToken": "{next}""#);
    }
    assert_eq!(names, ["aaa", "bbb", "ccc"]);
    // the token is this account's and this operation's
    "222233334444".clone_into(&mut world.account);
    let refused = world.call("ListEventDataStores", &format!(r#"{{"MaxResults": 1{token}}}"#));
    assert_eq!(refused, "InvalidNextTokenException: Invalid token: ask again without NextToken.");
}
