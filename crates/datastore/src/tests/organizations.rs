//! Event data stores of organizations.

use expect_test::expect;

use super::check;
use super::check_in;
use super::world::World;

#[test]
fn an_organization_has_stores() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "all", "OrganizationEnabled": true}
        OrganizationsNotInUseException: The account does not belong to an organization.
        > in organization
        > as 333344445555
        > CreateEventDataStore {"Name": "all", "OrganizationEnabled": true}
        NotOrganizationMasterAccountException: Only the management account of the organization and its delegated administrators for CloudTrail can make an organization event data store.
        > as 222233334444
        > CreateEventDataStore {"Name": "all", "OrganizationEnabled": true}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"all","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":true,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > ListEventDataStores {}
        {"EventDataStores":[{"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"all"}]}
        > UpdateEventDataStore {"EventDataStore": "<1>", "OrganizationEnabled": false}
        NotOrganizationMasterAccountException: Only the management account of the organization can convert an event data store between an organization's and an account's own.
        > StartQuery {"QueryStatement": "SELECT a FROM <1>"}
        {"QueryId":"<3>"}
        > StartImport {"Destinations": ["<1>"], "ImportSource": {"S3": {"S3LocationUri": "s3://bucket", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/x"}}}
        OperationNotPermittedException: Only the management account can import into an organization's event data store.
        > as 333344445555
        > GetEventDataStore {"EventDataStore": "<1>"}
        EventDataStoreNotFoundException: Event data store <1> does not exist.
        > ListEventDataStores {}
        {"EventDataStores":[]}
        > as 111122223333
        > ListEventDataStores {}
        {"EventDataStores":[{"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"all"}]}
        > UpdateEventDataStore {"EventDataStore": "<1>", "OrganizationEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"all","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
        > as 222233334444
        > GetEventDataStore {"EventDataStore": "<1>"}
        EventDataStoreNotFoundException: Event data store <1> does not exist.
        > CreateEventDataStore {"Name": "own"}
        {"EventDataStoreArn":"arn:aws:cloudtrail:us-east-1:222233334444:eventdatastore/<5>","Name":"own","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > UpdateEventDataStore {"EventDataStore": "<5>", "OrganizationEnabled": true}
        NotOrganizationMasterAccountException: Only the management account of the organization can convert an event data store between an organization's and an account's own.
        > as 111122223333
        > UpdateEventDataStore {"EventDataStore": "<1>", "OrganizationEnabled": true}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"all","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":true,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING","FederationStatus":"DISABLED"}
    "#]]);
}

#[test]
fn an_organization_must_be_fit_for_it() {
    let mut world = World::new();
    world.step("in organization");
    if let Some(organization) = &mut world.organization {
        organization.has_all_features = false;
    }
    check_in(
        &mut world,
        &expect![[r#"
            > CreateEventDataStore {"Name": "all", "OrganizationEnabled": true}
            OrganizationNotInAllFeaturesModeException: An organization event data store needs an organization with all features enabled.
        "#]],
    );
    if let Some(organization) = &mut world.organization {
        (organization.has_all_features, organization.trusts_cloudtrail) = (true, false);
    }
    check_in(
        &mut world,
        &expect![[r#"
            > CreateEventDataStore {"Name": "all", "OrganizationEnabled": true}
            CloudTrailAccessNotEnabledException: The organization does not trust CloudTrail; let its management account call EnableAWSServiceAccess for cloudtrail.amazonaws.com.
        "#]],
    );
}

#[test]
fn a_store_that_leaves_its_organization_is_its_accounts_own() {
    let mut world = World::new();
    world.step("in organization");
    world.call("CreateEventDataStore", r#"{"Name": "all", "OrganizationEnabled": true}"#);
    world.call("CreateEventDataStore", r#"{"Name": "own"}"#);
    assert_eq!(world.state.without_organization("o-anotherorgid", world.now), []);
    let changes = world.state.without_organization("o-exampleorgid", world.now);
    assert_eq!(changes.len(), 1);
    world.apply(&changes);
    assert!(world.state.stores.values().all(|store| store.organization_id.is_none()));
    assert_eq!(world.state.without_organization("o-exampleorgid", world.now), []);
    world.assert_folds_twice();
}
