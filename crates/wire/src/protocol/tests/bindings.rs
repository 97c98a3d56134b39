//! What no served service uses yet, by a made-up one: labels, headers, payloads, flattened lists.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes the literals")]

use expect_test::{Expect, expect};
use jiff::Timestamp;

use super::shown;
use crate::model::{Protocol, Service};
use crate::protocol::{Limits, decode, encode};
use crate::value::{Members, Value};

const TABLE: &str = r#"{
"name":"shelf","api_version":"2026-01-01","service_id":"Shelf","endpoint_prefix":"shelf",
"signing_name":"shelf","protocols":["rest-json","query"],"xml_namespace":"https://shelf/",
"operations":{
"PutBook":{"http":["PUT","/shelves/{Shelf}/books/{Path+}/pages"],"in":"Book","out":"Book"},
"PutText":{"http":["PUT","/text"],"in":"Text","out":"Text"},
"PutTags":{"http":["POST","/"],"in":"Tags","out":"Tags","wrapper":"PutTagsResult"}},
"shapes":{
"Book":{"t":"structure","m":[
{"n":"Shelf","s":"String","l":"uri"},{"n":"Path","s":"String","l":"uri"},
{"n":"Since","s":"Time","w":"X-Since","l":"header"},{"n":"Words","s":"List","w":"x-words","l":"header"},
{"n":"Meta","s":"Map","w":"X-Meta-","l":"headers"},{"n":"Count","s":"Long","w":"count","l":"querystring"},
{"n":"Flags","s":"Flags","w":"flag","l":"querystring"},{"n":"Status","s":"Long","l":"statusCode"},
{"n":"Title","s":"String","w":"title"},{"n":"Printed","s":"Time","format":"iso8601"}]},
"Text":{"t":"structure","payload":"Body","m":[{"n":"Body","s":"Blob"},{"n":"Kind","s":"String","w":"x-kind","l":"header"}]},
"Tags":{"t":"structure","m":[{"n":"Words","s":"FlatList"},{"n":"Pairs","s":"FlatMap","w":"Pair"},{"n":"Map","s":"Map"}]},
"Blob":{"t":"blob"},"Flag":{"t":"boolean"},"Long":{"t":"long"},"String":{"t":"string"},"Time":{"t":"timestamp"},
"Flags":{"t":"list","m":[{"s":"Flag"}]},
"List":{"t":"list","m":[{"s":"String"}]},
"FlatList":{"t":"list","flat":true,"m":[{"s":"String","w":"Word"}]},
"Map":{"t":"map","m":[{"s":"String"},{"s":"String"}]},
"FlatMap":{"t":"map","flat":true,"m":[{"s":"String","w":"Name"},{"s":"Long","w":"Much"}]}}}"#;

fn decoded(operation: &str, request: http::Request<&str>) -> Members {
    let service = Service::parse(TABLE).unwrap();
    let operation = service.operation(operation).unwrap();
    let protocol =
        if operation.name == "PutTags" { Protocol::AwsQuery } else { Protocol::RestJson };
    let (parts, body) = request.into_parts();
    decode(&service, operation, protocol, &parts, body.as_bytes(), &Limits::default()).unwrap()
}

fn check_out(operation: &str, output: &Members, expected: &Expect) {
    let service = Service::parse(TABLE).unwrap();
    let operation = service.operation(operation).unwrap();
    let protocol =
        if operation.name == "PutTags" { Protocol::AwsQuery } else { Protocol::RestJson };
    expected.assert_eq(&shown(&encode(&service, operation, protocol, output, "id")));
}

#[test]
fn labels_headers_and_query_strings() {
    let request =
        http::Request::put("/shelves/a%2Fb/books/x/y%20z/pages?count=3&flag=true&flag=false")
            .header("X-Since", "Fri, 20 Nov 2026 08:00:00 GMT")
            .header("X-Words", "one, two")
            .header("X-Meta-Color", "red")
            .body(r#"{"title":"T","Shelf":"not from here","Printed":"2026-11-20T08:00:00Z"}"#)
            .unwrap();
    let input = decoded("PutBook", request);
    assert_eq!(input.string("Shelf"), Some("a/b"));
    assert_eq!(input.string("Path"), Some("x/y z"));
    assert_eq!(input.string("Title"), Some("T"));
    assert_eq!(input.integer("Count"), Some(3));
    assert_eq!(input.list("Flags"), [Value::Bool(true), Value::Bool(false)]);
    assert_eq!(input.strings("Words").collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(input.map("Meta").unwrap().string("color"), Some("red"));
    assert_eq!(input.timestamp("Since"), input.timestamp("Printed"));
    let since = input.timestamp("Since").unwrap();
    let output = Members::new()
        .with("Since", Value::from(since))
        .with("Printed", Value::from(since))
        .with("Title", Value::from("T"))
        .with("Words", Value::from(vec!["one", "two"]))
        .with("Status", Value::from(201));
    check_out(
        "PutBook",
        &output,
        &expect![[r#"
        201
        content-type: application/json
        x-amzn-requestid: id
        x-since: Fri, 20 Nov 2026 08:00:00 GMT
        x-words: one, two

        {"Printed":"2026-11-20T08:00:00Z","title":"T"}"#]],
    );
}

#[test]
fn payloads() {
    let request = http::Request::put("/text").header("x-kind", "note").body("not JSON").unwrap();
    let input = decoded("PutText", request);
    assert_eq!(input.get("Body"), Some(&Value::Blob(b"not JSON".to_vec())));
    check_out(
        "PutText",
        &input,
        &expect![[r#"
        200
        content-type: application/octet-stream
        x-amzn-requestid: id
        x-kind: note

        not JSON"#]],
    );
}

#[test]
fn flattened_lists_and_maps() {
    let form =
        "Word.1=a&Word.2=b&Pair.1.Name=x&Pair.1.Much=5&Map.entry.1.key=k&Map.entry.1.value=v";
    let input = decoded("PutTags", http::Request::post("/").body(form).unwrap());
    assert_eq!(input.strings("Words").collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(input.map("Pairs").unwrap().integer("x"), Some(5));
    assert_eq!(input.map("Map").unwrap().string("k"), Some("v"));
    check_out(
        "PutTags",
        &input,
        &expect![[r#"
        200
        content-type: text/xml
        x-amzn-requestid: id

        <PutTagsResponse xmlns="https://shelf/"><PutTagsResult><Word>a</Word><Word>b</Word><Pair><Name>x</Name><Much>5</Much></Pair><Map><entry><key>k</key><value>v</value></entry></Map></PutTagsResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></PutTagsResponse>"#]],
    );
}

#[test]
fn timestamps_of_every_form_are_read_everywhere() {
    let expected = Timestamp::from_second(1_795_161_600).ok();
    for written in ["1795161600", "1795161600.0", "\"2026-11-20T08:00:00Z\"", "\"1795161600\""] {
        let body = format!(r#"{{"Printed":{written}}}"#);
        let request = http::Request::put("/shelves/a/books/b/pages").body(body.as_str()).unwrap();
        assert_eq!(decoded("PutBook", request).timestamp("Printed"), expected, "{written}");
    }
}
