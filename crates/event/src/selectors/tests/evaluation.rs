//! Which events selectors pick.

use crate::selectors::{AdvancedEventSelector, EventSelector, Selectors, Subject};

const OBJECT: &str = r#"{"eventCategory":"Data","eventSource":"s3.amazonaws.com",
    "eventName":"PutObject","readOnly":false,"userIdentity":{"arn":"arn:aws:iam::1:user/anna"},
    "resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::logs/2026/a.gz"},
        {"accountId":"1","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"}]}"#;
const LISTING: &str = r#"{"eventCategory":"Data","eventName":"ListObjects","readOnly":true,
    "resources":[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::logs/"}]}"#;
const INVOKE: &str = r#"{"managementEvent":false,"eventName":"Invoke","readOnly":false,
    "resources":[{"type":"AWS::Lambda::Function",
        "ARN":"arn:aws:lambda:us-west-2:111111111111:function:helloworld2"}]}"#;
const GET_KEY: &str = r#"{"eventCategory":"Management","eventSource":"kms.amazonaws.com",
    "eventName":"DescribeKey","readOnly":true,"sessionCredentialFromConsole":"true"}"#;
const STOP: &str = r#"{"eventCategory":"Management","eventSource":"cloudtrail.amazonaws.com",
    "eventName":"StopLogging","readOnly":false}"#;
const OLD: &str = r#"{"eventVersion":"1.05","eventName":"CreateUser"}"#;
const VPCE: &str = r#"{"eventCategory":"NetworkActivity","eventSource":"ec2.amazonaws.com",
    "eventName":"RunInstances","errorCode":"VpceAccessDenied","vpcEndpointId":"vpce-1"}"#;
const INSIGHT: &str = r#"{"eventCategory":"Insight","eventName":"RunInstances"}"#;
const ALL: [(&str, &str); 8] = [
    ("object", OBJECT),
    ("listing", LISTING),
    ("invoke", INVOKE),
    ("key", GET_KEY),
    ("stop", STOP),
    ("old", OLD),
    ("vpce", VPCE),
    ("insight", INSIGHT),
];

/// The events that these selectors pick.
fn picked(selectors: &Selectors) -> Vec<&'static str> {
    let picked = |record| selectors.select(&Subject::read(record).unwrap());
    ALL.iter().filter(|(_, record)| picked(record)).map(|(name, _)| *name).collect()
}

fn basic(text: &str) -> Selectors {
    let selector: EventSelector = serde_json::from_str(text).unwrap();
    Selectors::Basic(vec![selector])
}

/// One advanced selector with these conditions.
fn advanced(fields: &str) -> Selectors {
    let text = format!("{{\"FieldSelectors\":[{fields}]}}");
    let selector: AdvancedEventSelector = serde_json::from_str(&text).unwrap();
    Selectors::Advanced(vec![selector])
}

fn data(kind: &str, more: &str) -> Selectors {
    advanced(&format!(
        r#"{{"Field":"eventCategory","Equals":["Data"]}},
           {{"Field":"resources.type","Equals":["{kind}"]}}{more}"#
    ))
}

fn object(more: &str) -> Vec<&'static str> {
    picked(&data("AWS::S3::Object", &format!(",{more}")))
}

#[test]
fn a_new_trail_gets_management_events() {
    assert_eq!(picked(&Selectors::default()), ["key", "stop", "old"]);
    assert!(Selectors::default().is_default());
    assert!(basic("{}").is_default());
    assert!(!basic(r#"{"ReadWriteType":"ReadOnly"}"#).is_default());
}

#[test]
fn reads_and_writes() {
    assert_eq!(picked(&basic(r#"{"ReadWriteType":"ReadOnly"}"#)), ["key"]);
    assert_eq!(picked(&basic(r#"{"ReadWriteType":"WriteOnly"}"#)), ["stop"]);
    let sources = r#"{"ExcludeManagementEventSources":["kms.amazonaws.com"]}"#;
    assert_eq!(picked(&basic(sources)), ["stop", "old"]);
}

#[test]
fn basic_values_are_beginnings() {
    let picks = |kind: &str, values: &str| {
        picked(&basic(&format!(
            r#"{{"IncludeManagementEvents":false,
                "DataResources":[{{"Type":"{kind}","Values":[{values}]}}]}}"#
        )))
    };
    let (s3, lambda) = ("AWS::S3::Object", "AWS::Lambda::Function");
    assert_eq!(picks(s3, r#""arn:aws:s3""#), ["object", "listing"]);
    assert_eq!(picks(s3, r#""arn:aws:s3:::""#), ["object", "listing"]);
    assert_eq!(picks(s3, r#""arn:aws:s3:::logs/""#), ["object", "listing"]);
    assert_eq!(picks(s3, r#""arn:aws:s3:::logs/2026""#), ["object"]);
    assert_eq!(picks(s3, r#""arn:aws:s3:::log/""#), [""; 0]);
    assert_eq!(picks(s3, ""), [""; 0]);
    assert_eq!(picks(lambda, r#""arn:aws:s3""#), [""; 0]);
    assert_eq!(picks(lambda, r#""arn:aws:lambda""#), ["invoke"]);
    let arn = "arn:aws:lambda:us-west-2:111111111111:function:helloworld";
    assert_eq!(picks(lambda, &format!("\"{arn}2\"")), ["invoke"]);
    assert_eq!(picks(lambda, &format!("\"{arn}\"")), [""; 0], "a function's ARN is exact");
}

#[test]
fn a_category_alone_picks_its_events() {
    let category =
        |name| picked(&advanced(&format!(r#"{{"Field":"eventCategory","Equals":["{name}"]}}"#)));
    assert_eq!(category("Management"), ["key", "stop", "old"]);
    assert_eq!(category("NetworkActivity"), ["vpce"]);
    assert_eq!(category("Insight"), ["insight"]);
    assert_eq!(category("management"), [""; 0]);
    assert_eq!(category("M\u{430}nagement"), [""; 0], "a Cyrillic a");
}

#[test]
fn type_and_arn_are_those_of_one_resource() {
    let bucket = r#"{"Field":"resources.ARN","Equals":["arn:aws:s3:::logs"]}"#;
    assert_eq!(object(bucket), [""; 0], "the bucket's ARN is not the object's");
    let arn = r#"{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::logs/"]}"#;
    assert_eq!(object(arn), ["object", "listing"]);
    let others = r#"{"Field":"resources.ARN","NotStartsWith":["arn:aws:s3:::logs/"]}"#;
    assert_eq!(object(others), [""; 0]);
    let names = r#"{"Field":"resources.ARN","EndsWith":[".gz",".txt"],
        "NotEquals":["arn:aws:s3:::logs/2026/b.gz","arn:aws:s3:::logs/2026/c.gz"]}"#;
    assert_eq!(object(names), ["object"]);
    assert_eq!(picked(&data("AWS::S3::Bucket", "")), ["object"]);
}

#[test]
fn positives_are_ored_and_negatives_anded() {
    let name = |operators: &str| object(&format!(r#"{{"Field":"eventName",{operators}}}"#));
    assert_eq!(name(r#""Equals":["PutObject"],"StartsWith":["List"]"#), ["object", "listing"]);
    assert_eq!(name(r#""EndsWith":["Objects"]"#), ["listing"]);
    assert_eq!(name(r#""NotEquals":["GetObject","PutObject"]"#), ["listing"]);
    assert_eq!(name(r#""NotEquals":["GetObject"],"NotStartsWith":["List"]"#), ["object"]);
    assert_eq!(name(r#""NotEndsWith":["Object","Objects"]"#), [""; 0]);
    assert_eq!(name(r#""Equals":["PutObject"],"NotEquals":["PutObject"]"#), [""; 0]);
    assert_eq!(name(r#""StartsWith":["Put"],"NotEndsWith":["s"]"#), ["object"]);
    assert_eq!(name(r#""Equals":["putobject"]"#), [""; 0]);
    assert_eq!(name(r#""Equals":["Put*"]"#), [""; 0], "no wildcards");
}

#[test]
fn an_absent_value_satisfies_negatives_only() {
    let caller = |operator: &str| {
        object(&format!(r#"{{"Field":"userIdentity.arn","{operator}":["arn:aws:iam::1:root"]}}"#))
    };
    assert_eq!(caller("NotEquals"), ["object", "listing"]);
    assert_eq!(caller("Equals"), [""; 0]);
    let writes = r#"{"Field":"readOnly","Equals":["false"]}"#;
    let management = r#"{"Field":"eventCategory","Equals":["Management"]}"#;
    assert_eq!(picked(&advanced(&format!("{management},{writes}"))), ["stop"]);
    let console = r#"{"Field":"sessionCredentialFromConsole","NotEquals":["true"]}"#;
    assert_eq!(picked(&advanced(&format!("{management},{console}"))), ["stop", "old"]);
}

#[test]
fn selectors_add_up() {
    let Selectors::Advanced(mut all) = data("AWS::Lambda::Function", "") else { unreachable!() };
    let category = r#"{"Field":"eventCategory","Equals":["NetworkActivity"]}"#;
    let Selectors::Advanced(more) = advanced(category) else { unreachable!() };
    all.extend(more);
    assert_eq!(picked(&Selectors::Advanced(all)), ["invoke", "vpce"]);
}

#[test]
fn data_events_are_wanted_by_type() {
    let basic = basic(
        r#"{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]},
            {"Type":"AWS::Lambda::Function","Values":[]}]}"#,
    );
    let sns = data("AWS::SNS::Topic", "");
    let management = advanced(r#"{"Field":"eventCategory","Equals":["Management"]}"#);
    for (selectors, kind, wanted) in [
        (&basic, "AWS::S3::Object", true),
        (&basic, "AWS::Lambda::Function", false),
        (&basic, "AWS::SNS::Topic", false),
        (&sns, "AWS::SNS::Topic", true),
        (&sns, "AWS::S3::Object", false),
        (&management, "AWS::S3::Object", false),
        (&Selectors::default(), "AWS::S3::Object", false),
    ] {
        assert_eq!(selectors.wants_data_of(kind), wanted, "{selectors:?} of {kind}");
    }
}

#[test]
fn odd_records_are_judged_by_what_is_left() {
    let odd = r#"{"readOnly":"true","eventName":7,"userIdentity":"x","eventCategory":"Data",
        "resources":[1,[],{"type":3},{"type":"AWS::SNS::Topic"}]}"#;
    let subject = Subject::read(odd).unwrap();
    assert_eq!((subject.read_only, &subject.event_name), (Some(true), &None));
    assert_eq!(subject.resources.len(), 2);
    assert!(data("AWS::SNS::Topic", "").select(&subject));
    assert!(Subject::read("[]").is_err());
    assert!(Subject::read("{").is_err());
}
