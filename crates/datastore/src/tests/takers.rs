//! Which event data stores take an event.

use event::selectors::Subject;

use super::world::World;
use crate::Recorded;

const READ: &str = r#"{"eventCategory":"Management","readOnly":true,"eventName":"ListKeys"}"#;
const WRITE: &str = r#"{"eventCategory":"Management","readOnly":false,"eventName":"StopLogging"}"#;
const DATA: &str = r#"{"eventCategory":"Data","readOnly":true,"eventName":"GetObject","resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k"}]}"#;

fn takers(world: &World, account: &str, region: &str, record: &str) -> Vec<u64> {
    let organization_id = (account != "999988887777").then_some("o-exampleorgid");
    let subject = Subject::read(record).unwrap();
    world.state.stores_for(&Recorded { account, organization_id, region, subject })
}

#[test]
fn stores_take_what_they_ask_for_where_they_are() {
    let mut world = World::new();
    assert!(!world.state.is_any_ingesting());
    for step in [
        "in organization",
        r#"CreateEventDataStore {"Name": "all"}"#,
        r#"CreateEventDataStore {"Name": "here", "MultiRegionEnabled": false}"#,
        r#"CreateEventDataStore {"Name": "members", "OrganizationEnabled": true}"#,
        r#"CreateEventDataStore {"Name": "objects", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]}]}"#,
        r#"CreateEventDataStore {"Name": "writes", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": ["false"]}]}]}"#,
        r#"CreateEventDataStore {"Name": "stopped", "StartIngestion": false}"#,
        r#"CreateEventDataStore {"Name": "audit", "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}"#,
    ] {
        world.step(step);
    }
    for _ in 0..2 {
        let taken = |account, region, record| takers(&world, account, region, record);
        assert_eq!(taken("111122223333", "us-east-1", READ), [0, 1, 2]);
        assert_eq!(taken("111122223333", "us-east-1", WRITE), [0, 1, 2, 4]);
        assert_eq!(taken("111122223333", "eu-west-1", WRITE), [0, 2, 4]);
        assert_eq!(taken("111122223333", "us-east-1", DATA), [3]);
        assert_eq!(taken("333344445555", "us-east-1", WRITE), [2]);
        assert_eq!(taken("999988887777", "us-east-1", WRITE), [0_u64; 0]);
        // new stores take events before anybody says that they are ready, and afterwards
        world.wait(1);
    }
    assert!(world.state.wants_data_of("AWS::S3::Object"));
    assert!(!world.state.wants_data_of("AWS::Lambda::Function"));
}

#[test]
fn a_store_takes_nothing_while_it_is_stopped_or_deleted() {
    let mut world = World::new();
    let taken = |world: &World| takers(world, "111122223333", "us-east-1", WRITE);
    for (step, expected) in [
        (r#"CreateEventDataStore {"Name": "a-b", "TerminationProtectionEnabled": false}"#, true),
        (r#"StopEventDataStoreIngestion {"EventDataStore": "<1>"}"#, false),
        (r#"StartEventDataStoreIngestion {"EventDataStore": "<1>"}"#, true),
        (r#"DeleteEventDataStore {"EventDataStore": "<1>"}"#, false),
        (r#"RestoreEventDataStore {"EventDataStore": "<1>"}"#, true),
        (r#"StopEventDataStoreIngestion {"EventDataStore": "<1>"}"#, false),
        (r#"DeleteEventDataStore {"EventDataStore": "<1>"}"#, false),
        (r#"RestoreEventDataStore {"EventDataStore": "<1>"}"#, false),
    ] {
        let answer = world.step(step).unwrap();
        assert!(answer.starts_with('{'), "{step}: {answer}");
        assert_eq!(!taken(&world).is_empty(), expected, "{step}");
    }
}
