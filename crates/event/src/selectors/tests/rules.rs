//! Which selectors are refused, and in which words.

use serde_json::json;

use crate::selectors::{AdvancedEventSelector, EventSelector, For, ResourceTypes, Selectors};

/// The answer to one basic selector, which may be refused while it is read.
fn basic(selector: &serde_json::Value) -> String {
    match serde_json::from_value::<EventSelector>(selector.clone()) {
        Ok(selector) => told(&Selectors::Basic(vec![selector]), For::Trail),
        Err(error) => error.to_string(),
    }
}

fn told(selectors: &Selectors, kind: For) -> String {
    match selectors.check(kind, ResourceTypes::Listed) {
        Ok(()) => String::new(),
        Err(error) => error.to_string(),
    }
}

/// One advanced selector; each field is a name, an operator and a value.
fn selector(fields: &[(&str, &str, &str)]) -> AdvancedEventSelector {
    let fields: Vec<_> = fields
        .iter()
        .map(|(field, operator, value)| json!({"Field": field, *operator: [value]}))
        .collect();
    serde_json::from_value(json!({"FieldSelectors": fields})).unwrap()
}

fn advanced(kind: For, fields: &[(&str, &str, &str)]) -> String {
    told(&Selectors::Advanced(vec![selector(fields)]), kind)
}

fn values(count: usize) -> Vec<AdvancedEventSelector> {
    let mut one = selector(&[
        ("eventCategory", "Equals", "Data"),
        ("resources.type", "Equals", "AWS::S3::Object"),
        ("eventName", "Equals", "A"),
    ]);
    one.field_selectors[2].equals = (2..count).map(|number| format!("A{number}")).collect();
    vec![one]
}

const CATEGORY: (&str, &str, &str) = ("eventCategory", "Equals", "Management");
const DATA: (&str, &str, &str) = ("eventCategory", "Equals", "Data");
const NETWORK: (&str, &str, &str) = ("eventCategory", "Equals", "NetworkActivity");
const OBJECT: (&str, &str, &str) = ("resources.type", "Equals", "AWS::S3::Object");
const FUNCTION: (&str, &str, &str) = ("resources.type", "Equals", "AWS::Lambda::Function");
const EC2: (&str, &str, &str) = ("eventSource", "Equals", "ec2.amazonaws.com");

#[test]
fn answers_seen_on_aws() {
    let none = Selectors::Basic(vec![]);
    assert_eq!(
        told(&none, For::Trail),
        "Specify a valid number of selectors (1 to 5) for your trail"
    );
    assert_eq!(
        told(&Selectors::Advanced(vec![]), For::Trail),
        "Specify between 1 and 500 selectors for your trail."
    );
    assert_eq!(
        basic(&json!({"ReadWriteType": "read-only"})),
        "Value read-only for ReadWriteType is invalid."
    );
    let required = "The following fields are required: [eventCategory].";
    assert_eq!(advanced(For::Trail, &[OBJECT]), required);
    assert_eq!(advanced(For::Trail, &[]), required);
    for kind in ["AWS::IAM::Role", "AWS::S3::Objects", "AWS::s3::Object"] {
        assert_eq!(
            advanced(For::Trail, &[DATA, ("resources.type", "Equals", kind)]),
            "The resources.type field value is not valid."
        );
    }
}

#[test]
fn functions_are_named_without_a_qualifier() {
    let arn = "arn:aws:lambda:us-east-1:111122223333:function:f";
    for qualifier in ["1", "live", "$LATEST"] {
        let qualified = format!("{arn}:{qualifier}");
        for operator in ["Equals", "NotEquals"] {
            assert_eq!(
                advanced(For::Trail, &[DATA, FUNCTION, ("resources.ARN", operator, &qualified)]),
                format!(
                    "The specified ARN {qualified} is not valid. \
                     Verify that the ARN is properly formatted."
                )
            );
        }
        let starts = ("resources.ARN", "StartsWith", qualified.as_str());
        assert_eq!(advanced(For::Trail, &[DATA, FUNCTION, starts]), "");
    }
    assert_eq!(advanced(For::Trail, &[DATA, FUNCTION, ("resources.ARN", "Equals", arn)]), "");
}

#[test]
fn basic_values() {
    let table = "AWS::DynamoDB::Table";
    for (kind, value, valid) in [
        ("AWS::S3::Object", "arn:aws:s3", true),
        ("AWS::S3::Object", "arn:aws:s3:::", true),
        ("AWS::S3::Object", "arn:aws:s3:::bucket/", true),
        ("AWS::S3::Object", "arn:aws-cn:s3:::bucket/prefix", true),
        ("AWS::S3::Object", "arn:aws:s3:::*", false),
        ("AWS::S3::Object", "arn:aws:s3:::*/", false),
        ("AWS::S3::Object", "arn:aws:s3:::bucket", false),
        ("AWS::S3::Object", "arn:aws:lambda", false),
        ("AWS::S3::Object", "bucket/", false),
        ("AWS::S3::Object", "", false),
        ("AWS::Lambda::Function", "arn:aws:lambda", true),
        ("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:111122223333:function:f", true),
        ("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:111122223333:function:f:1", false),
        ("AWS::Lambda::Function", "arn:aws:lambda:*", false),
        ("AWS::Lambda::Function", "arn:aws:s3", false),
        (table, "arn:aws:dynamodb", true),
        (table, "arn:aws:dynamodb:us-east-1:111122223333:table/t", true),
        (table, "arn:aws:dynamodb:us-east-1:111122223333:table/", false),
        (table, "arn:aws:dynamodb:us-east-1:111122223333:table/*", false),
    ] {
        let refused = format!("Value {value} for DataResources.Values is invalid.");
        let expected = if valid { String::new() } else { refused };
        let data = json!({"DataResources": [{"Type": kind, "Values": [value]}]});
        assert_eq!(basic(&data), expected, "{kind} {value}");
    }
}

#[test]
fn basic_limits() {
    let mut selector = EventSelector::default();
    assert_eq!(told(&Selectors::Basic(vec![selector.clone(); 5]), For::Trail), "");
    assert_ne!(told(&Selectors::Basic(vec![selector.clone(); 6]), For::Trail), "");
    assert_ne!(told(&Selectors::default(), For::EventDataStore), "");
    selector.data_resources = vec![crate::selectors::DataResource {
        kind: "AWS::S3::Object".to_owned(),
        values: (0..125).map(|number| format!("arn:aws:s3:::b{number}/")).collect(),
    }];
    selector.data_resources[0].values.push("arn:aws:s3".to_owned());
    assert_eq!(told(&Selectors::Basic(vec![selector.clone(); 2]), For::Trail), "");
    assert_eq!(
        told(&Selectors::Basic(vec![selector; 3]), For::Trail),
        "Specify up to 250 data resources for your trail: there are 375."
    );
    for source in ["cloudtrail.amazonaws.com", "KMS.amazonaws.com", ""] {
        assert_eq!(
            basic(&json!({"ExcludeManagementEventSources": [source]})),
            format!("Value {source} for ExcludeManagementEventSources is invalid.")
        );
    }
    for member in ["Excludes", "readWriteType"] {
        assert!(basic(&json!({member: 1})).contains(member));
    }
}

#[test]
fn management_events_of_trails_can_hardly_be_excluded() {
    for (field, operator, value) in [
        ("eventSource", "NotEquals", "cloudtrail.amazonaws.com"),
        ("eventSource", "NotEquals", "kms.amazonaws.com\u{200b}"),
        ("eventSource", "NotStartsWith", "kms.amazonaws.com"),
        ("eventSource", "Equals", "kms.amazonaws.com"),
        ("eventName", "NotEquals", "StopLogging"),
        ("eventType", "NotEquals", "AwsApiCall"),
        ("userIdentity.arn", "NotEquals", "arn:aws:iam::1:user/me"),
        ("sessionCredentialFromConsole", "NotEquals", "true"),
        ("errorCode", "NotEquals", "VpceAccessDenied"),
        ("e\u{432}entSource", "NotEquals", "kms.amazonaws.com"),
        ("readOnly", "NotEquals", "false"),
        ("readOnly", "Equals", "True"),
    ] {
        let answer = advanced(For::Trail, &[CATEGORY, (field, operator, value)]);
        assert_ne!(answer, "", "{field} {operator} {value}");
    }
    for source in ["kms.amazonaws.com", "rdsdata.amazonaws.com"] {
        let field = ("eventSource", "NotEquals", source);
        assert_eq!(advanced(For::Trail, &[CATEGORY, field]), "");
    }
}

#[test]
fn each_category_has_its_fields() {
    let both = [
        (vec![CATEGORY, ("readOnly", "Equals", "true")], "", ""),
        (vec![DATA], "[resources.type]", "[resources.type]"),
        (vec![DATA, OBJECT, ("eventSource", "EndsWith", "x")], "", ""),
        (vec![DATA, OBJECT, ("sessionCredentialFromConsole", "Equals", "true")], "", ""),
        (
            vec![DATA, OBJECT, ("sessionCredentialFromConsole", "EndsWith", "true")],
            "EndsW",
            "EndsW",
        ),
        (vec![DATA, OBJECT, ("vpcEndpointId", "Equals", "v")], "vpcEndpointId", "vpcEndpointId"),
        (vec![DATA, ("resources.type", "StartsWith", "AWS")], "StartsWith", "StartsWith"),
        (vec![NETWORK], "[eventSource]", "[eventSource]"),
        (vec![NETWORK, EC2, ("errorCode", "Equals", "VpceAccessDenied")], "", ""),
        (vec![NETWORK, EC2, ("errorCode", "Equals", "AccessDenied")], "errorCode", "errorCode"),
        (vec![NETWORK, ("eventSource", "Equals", "ec2")], "eventSource", "eventSource"),
        (vec![NETWORK, EC2, ("vpcEndpointId", "NotEndsWith", "v")], "", ""),
        (vec![NETWORK, EC2, ("userIdentity.arn", "Equals", "a")], "", "userIdentity.arn"),
        (vec![CATEGORY, ("eventName", "StartsWith", "Get")], "eventName", ""),
        (vec![CATEGORY, ("userIdentity.arn", "NotEndsWith", "a")], "userIdentity.arn", ""),
        (vec![("eventCategory", "Equals", "Insight")], "Insight", ""),
        (vec![("eventCategory", "Equals", "Evidence"), EC2], "Evidence", "eventSource"),
        (vec![("eventCategory", "Equals", "management")], "management", "management"),
        (vec![("eventCategory", "NotEquals", "Data")], "NotEquals", "NotEquals"),
        (vec![CATEGORY, CATEGORY], "only once", "only once"),
    ];
    for (fields, trail, store) in both {
        for (kind, part) in [(For::Trail, trail), (For::EventDataStore, store)] {
            let answer = advanced(kind, &fields);
            let fits = if part.is_empty() { answer.is_empty() } else { answer.contains(part) };
            assert!(fits, "{fields:?} for {kind:?}: {answer:?}, not {part:?}");
        }
    }
}

#[test]
fn counts_and_lengths_have_limits() {
    assert_eq!(told(&Selectors::Advanced(values(500)), For::Trail), "");
    assert!(told(&Selectors::Advanced(values(501)), For::Trail).contains("500 values"));
    let text = |length| "é".repeat(length);
    let name = |length: usize| {
        advanced(For::Trail, &[DATA, OBJECT, ("eventName", "Equals", &text(length))])
    };
    assert_eq!((name(2048).as_str(), name(2049).is_empty()), ("", false));
    let mut named = selector(&[CATEGORY]);
    named.name = Some(text(1000));
    assert_eq!(told(&Selectors::Advanced(vec![named.clone()]), For::Trail), "");
    named.name = Some(text(1001));
    assert_ne!(told(&Selectors::Advanced(vec![named]), For::Trail), "");
    let mut two = selector(&[DATA, OBJECT]);
    two.field_selectors[1].equals.push("AWS::SNS::Topic".to_owned());
    assert!(told(&Selectors::Advanced(vec![two.clone()]), For::Trail).contains("resources.type"));
    two.field_selectors[1].equals.clear();
    assert!(told(&Selectors::Advanced(vec![two]), For::Trail).contains("operator"));
    let empty = json!({"FieldSelectors": [{"Field": "eventCategory", "Equals": []}]});
    assert!(serde_json::from_value::<AdvancedEventSelector>(empty).is_err());
}

#[test]
fn any_type_is_accepted_on_request() {
    let check = |kind: &str| {
        let selector = selector(&[DATA, ("resources.type", "Equals", kind)]);
        Selectors::Advanced(vec![selector]).check(For::Trail, ResourceTypes::Any).is_ok()
    };
    assert!(check("AWS::New::Thing"));
    for kind in ["AWS::New", "AWS::New::Thing::Part", "AWS::::Thing", "new", "AWS::New::Тhing"] {
        assert!(!check(kind), "{kind}");
    }
}

#[test]
fn lists_of_names_are_whole() {
    for (text, count) in
        [(include_str!("../resource_types.txt"), 250), (include_str!("../network_sources.txt"), 96)]
    {
        let mut lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), count);
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines, text.lines().collect::<Vec<_>>(), "sorted, each once");
    }
}

#[test]
fn selectors_are_shown_in_order_and_read_back() {
    let selector = selector(&[OBJECT, ("resources.ARN", "NotEquals", "a"), DATA]);
    let put = Selectors::Advanced(vec![selector]);
    let Selectors::Advanced(shown) = put.sorted() else { unreachable!() };
    let names: Vec<_> = shown[0].field_selectors.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(names, ["eventCategory", "resources.ARN", "resources.type"]);
    for selectors in [put, Selectors::default()] {
        let text = serde_json::to_string(&selectors).unwrap();
        assert_eq!(serde_json::from_str::<Selectors>(&text).unwrap(), selectors);
    }
    assert_eq!(
        serde_json::to_string(&EventSelector::default()).unwrap(),
        r#"{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}"#
    );
}
