//! Bodies made to break a reader (row D3 of the security tests).

use proptest::prelude::*;

use super::{on, parts};
use crate::fault::Fault;
use crate::model::{Models, Protocol};
use crate::protocol::{Limits, decode};
use crate::value::{Members, Value};

const LOOKUP: &str = "cloudtrail LookupEvents";
const CATALOG: &str = "marketplace-catalog StartChangeSet";
const ENTITLEMENTS: &str = "marketplace-entitlement GetEntitlements";
const DELETE: &str = "s3 DeleteObjects";

fn read(call: &str, protocol: Protocol, body: &[u8]) -> Result<Members, Fault> {
    on(call, |service, operation| {
        decode(service, operation, protocol, &parts("/"), body, &Limits::default())
    })
}

fn check_refused(call: &str, protocol: Protocol, body: &[u8], code: &str, text: &str) {
    let fault = read(call, protocol, body).unwrap_err();
    assert_eq!((fault.code.as_ref(), fault.status), (code, 400), "{}", fault.message);
    assert!(fault.message.contains(text), "{}", fault.message);
    assert!(fault.message.len() < 512, "{} bytes of text", fault.message.len());
}

fn check_json_refused(call: &str, protocol: Protocol, body: &[u8], text: &str) {
    check_refused(call, protocol, body, "SerializationException", text);
}

#[test]
fn d3_depth() {
    let deep = "nested deeper than 64 levels";
    for depth in [65, 10_000, 1_000_000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        for body in [format!(r#"{{"x":{open}{close}}}"#), format!(r#"{{"x":{open}"#)] {
            check_json_refused(LOOKUP, Protocol::AwsJson1_1, body.as_bytes(), deep);
        }
        let objects = r#"{"a":"#.repeat(depth);
        let body = format!(r#"{{"ChangeSet":[{{"DetailsDocument":{objects}"#);
        check_json_refused(CATALOG, Protocol::RestJson, body.as_bytes(), deep);
        let body = format!(r#"{{"LookupAttributes":{open}"#);
        check_json_refused(LOOKUP, Protocol::AwsJson1_1, body.as_bytes(), "Start of list");
        let body = [b"\xA1\x61x".to_vec(), vec![0x81; depth]].concat();
        check_json_refused(ENTITLEMENTS, Protocol::RpcV2Cbor, &body, deep);
        let body = [b"\xA1\x61x".to_vec(), vec![0xC6; depth]].concat();
        check_json_refused(ENTITLEMENTS, Protocol::RpcV2Cbor, &body, "end of input");
        let body = format!("{}=1", vec!["a"; depth + 2].join("."));
        check_refused("iam GetUser", Protocol::AwsQuery, body.as_bytes(), "MalformedInput", deep);
        let body = format!("<Delete>{}", "<a>".repeat(depth));
        check_refused(DELETE, Protocol::RestXml, body.as_bytes(), "MalformedXML", deep);
    }
    let (open, close) = ("[".repeat(63), "]".repeat(63));
    assert!(
        read(LOOKUP, Protocol::AwsJson1_1, format!(r#"{{"x":{open}{close}}}"#).as_bytes()).is_ok()
    );
}

#[test]
fn d3_count() {
    let many = "holds more than 100000 values";
    let keys: Vec<_> = (0..1_000_000).map(|at| format!(r#""k{at}":1"#)).collect();
    let body = format!("{{{}}}", keys.join(","));
    check_json_refused(LOOKUP, Protocol::AwsJson1_1, body.as_bytes(), many);
    let body = format!(r#"{{"LookupAttributes":[{}]}}"#, vec!["{}"; 1_000_000].join(","));
    check_json_refused(LOOKUP, Protocol::AwsJson1_1, body.as_bytes(), many);
    let keys: Vec<_> = (0..1_000_000).map(|at| format!("k{at}=1")).collect();
    check_refused(
        "iam GetUser",
        Protocol::AwsQuery,
        keys.join("&").as_bytes(),
        "MalformedInput",
        many,
    );
    let body = format!("<Delete>{}</Delete>", "<Object/>".repeat(1_000_000));
    check_refused(DELETE, Protocol::RestXml, body.as_bytes(), "MalformedXML", many);
    let body = [b"\xA1\x61x\x9F".to_vec(), vec![0xF6; 1_000_000]].concat();
    check_json_refused(ENTITLEMENTS, Protocol::RpcV2Cbor, &body, many);
}

#[test]
fn d3_lengths_that_are_not_there() {
    let end = "end of input";
    check_json_refused(
        ENTITLEMENTS,
        Protocol::RpcV2Cbor,
        b"\xBB\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        end,
    );
    for head in [0x5B, 0x7B, 0x9B, 0xBB] {
        let body = [b"\xA1\x61x".to_vec(), vec![head], vec![0xFF; 8]].concat();
        let fault = read(ENTITLEMENTS, Protocol::RpcV2Cbor, &body).unwrap_err();
        assert_eq!(fault.code, "SerializationException");
    }
}

#[test]
fn d3_broken_json() {
    let parse = "Could not parse request body into json";
    let bodies: [&[u8]; 14] = [
        br#"{"MaxResults":NaN}"#,
        br#"{"MaxResults":-Infinity}"#,
        br#"{"MaxResults":1e999}"#,
        br#"{"Other":1e999}"#,
        br#"{"Other":[-1e999]}"#,
        br#"{"NextToken":"\ud800"}"#,
        br#"{"Other":"\udc00\ud800"}"#,
        br#"{"\ud800":1}"#,
        b"\xEF\xBB\xBF{}",
        b"{\"NextToken\":\"\xFF\"}",
        b"{\"Other\":\"\xC0\x80\"}",
        b"{\"Other\":\"\xED\xA0\x80\"}",
        b"{\"Other\":\"\n\"}",
        b"{'Other':1}",
    ];
    for body in bodies {
        check_json_refused(LOOKUP, Protocol::AwsJson1_1, body, parse);
    }
    let long = format!(r#"{{"NextToken":"{}"}}"#, "x".repeat(10 << 20));
    assert!(read(LOOKUP, Protocol::AwsJson1_1, long.as_bytes()).is_ok());
    let long = format!(r#"{{"{0}":1,"{0}":1}}"#, "x".repeat(10 << 20));
    check_json_refused(LOOKUP, Protocol::AwsJson1_1, long.as_bytes(), "Duplicate key 'xxx");
}

#[test]
fn d3_broken_xml() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\
        <Delete><Object><Key>&b;</Key></Object></Delete>";
    let outside = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><Delete/>";
    for body in [laughs, outside, "<Delete>&b;</Delete>", "<Delete><Quiet>&#x110000;</Quiet>"] {
        check_refused(DELETE, Protocol::RestXml, body.as_bytes(), "MalformedXML", "well-formed");
    }
    let invalid = b"<Delete><Object><Key>\xFF</Key></Object></Delete>";
    check_refused(DELETE, Protocol::RestXml, invalid, "MalformedXML", "well-formed");
    let many: Vec<_> = (0..500_000).map(|at| format!("a{at}='1'")).collect();
    let body = format!("<Delete {}/>", many.join(" "));
    assert!(read(DELETE, Protocol::RestXml, body.as_bytes()).is_ok());
    let long = format!("<Delete><Quiet>{}true</Quiet></Delete>", "&#32;".repeat(1_000_000));
    assert!(read(DELETE, Protocol::RestXml, long.as_bytes()).is_ok());
}

/// Every byte of a good body, replaced, left out or doubled.
#[test]
fn mangled_bodies_do_not_panic() {
    let json = br#"{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"\u00e9"}],"StartTime":1.5e9}"#;
    let cbor =
        b"\xA3\x6AMaxResults\x18\x19\x69NextToken\x7F\x61a\xFF\x66Filter\xBF\x61k\x81\x61v\xFF";
    let form = b"UserName=a%20b&Tags.member.1.Key=k&Tags.member.1.Value=%C3%A9&Path=+";
    let xml = "<AccessControlPolicy><AccessControlList><Grant><Grantee xsi:type='Group'><URI>&amp;\
        </URI></Grantee></Grant></AccessControlList><!--x--><?y?><b/></AccessControlPolicy>";
    let examples: [(&str, Protocol, &[u8]); 4] = [
        (LOOKUP, Protocol::AwsJson1_1, json),
        (ENTITLEMENTS, Protocol::RpcV2Cbor, cbor),
        ("iam CreateUser", Protocol::AwsQuery, form),
        ("s3 PutBucketAcl", Protocol::RestXml, xml.as_bytes()),
    ];
    for (call, protocol, body) in examples {
        on(call, |service, operation| {
            let (limits, parts) = (Limits::default(), parts("/"));
            assert!(decode(service, operation, protocol, &parts, body, &limits).is_ok());
            for at in 0..body.len() {
                for byte in 0..=255 {
                    let mut mangled = body.to_vec();
                    mangled[at] = byte;
                    drop(decode(service, operation, protocol, &parts, &mangled, &limits));
                }
                drop(decode(service, operation, protocol, &parts, &body[..at], &limits));
                let doubled = [&body[..=at], &body[at..]].concat();
                drop(decode(service, operation, protocol, &parts, &doubled, &limits));
            }
        });
    }
}

fn calls() -> impl Strategy<Value = (&'static str, Protocol)> {
    prop_oneof![
        Just((LOOKUP, Protocol::AwsJson1_1)),
        Just((CATALOG, Protocol::RestJson)),
        Just(("iam CreateUser", Protocol::AwsQuery)),
        Just((ENTITLEMENTS, Protocol::RpcV2Cbor)),
        Just((DELETE, Protocol::RestXml)),
    ]
}

#[test]
fn no_bytes_make_a_reader_panic() {
    let models = Models::built_in();
    proptest!(|((call, protocol) in calls(), body: Vec<u8>)| {
        let (service, operation) = call.split_once(' ').unwrap();
        let service = models.service(service).unwrap();
        let operation = service.operation(operation).unwrap();
        let limits = Limits { depth_max: 8, nodes_max: 100 };
        let decoded = decode(service, operation, protocol, &parts("/"), &body, &limits);
        if let Err(fault) = decoded {
            prop_assert_eq!(fault.status, 400);
        }
    });
}

#[test]
fn numbers_of_a_document_stay_the_same() {
    on(CATALOG, |service, operation| {
        let (limits, parts) = (Limits::default(), parts("/"));
        proptest!(|(number: f64)| {
            prop_assume!(number.is_finite());
            let body = format!(r#"{{"ChangeSet":[{{"DetailsDocument":{number:e}}}]}}"#);
            let protocol = Protocol::RestJson;
            let input = decode(service, operation, protocol, &parts, body.as_bytes(), &limits);
            let input = input.unwrap();
            let document = input.maps("ChangeSet").next().unwrap().get("DetailsDocument");
            prop_assert_eq!(document, Some(&Value::Document(number.into())));
        });
    });
}
