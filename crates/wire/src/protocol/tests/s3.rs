//! restXml by example: what S3's clients send and what they are answered.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::{decode, encode, encode_fault, on, shown};
use crate::fault::Fault;
use crate::model::{Models, Protocol};
use crate::protocol::Limits;
use crate::value::{Members, Value};

/// Decodes a request to S3 of the form `GET /b/k?acl`, its headers in lines below.
fn decoded(operation: &str, head: &str, body: &str) -> String {
    let mut lines = head.lines();
    let (method, uri) = lines.next().unwrap().split_once(' ').unwrap();
    let mut request = http::Request::builder().method(method).uri(uri);
    for line in lines {
        let (name, value) = line.trim().split_once(": ").unwrap();
        request = request.header(name, value);
    }
    let parts = request.body(()).unwrap().into_parts().0;
    on(&format!("s3 {operation}"), |service, operation| {
        let limits = Limits { depth_max: 8, nodes_max: 50 };
        let protocol = Protocol::RestXml;
        match decode(service, operation, protocol, &parts, body.as_bytes(), &limits) {
            Ok(members) => format!("{members:?}").replace("Members", ""),
            Err(fault) => format!("{} {fault}", fault.status),
        }
    })
}

fn encoded(operation: &str, output: &Members, expect: &Expect) {
    let reply = on(&format!("s3 {operation}"), |service, operation| {
        encode(service, operation, Protocol::RestXml, output, "ID")
    });
    let shown = shown(&reply).replace("\\n", "");
    expect.assert_eq(&shown.replace(HOST_ID, "HOST"));
}

fn fault(fault: &Fault, expect: &Expect) {
    let models = Models::built_in();
    let reply = encode_fault(models.service("s3"), Protocol::RestXml, fault, "ID");
    expect.assert_eq(&shown(&reply).replace("\\n", "").replace(HOST_ID, "HOST"));
}

/// What belongs to the request id `ID`.
const HOST_ID: &str =
    "qlcuNQfSS0FSr0XSlTj4GOPTgVtGxzgFvqYdvcHqD3c2hCR2lzebwna6imdpWftyPDQWmvCtP1U=";

#[test]
fn paths_queries_and_headers() {
    let mut out = String::new();
    for (operation, head) in [
        ("GetObject", "GET /b/a//../%2e%2e/%C3%A4+%2B%20?versionId=1&x-id=GetObject"),
        ("GetObject", "GET /b//"),
        ("GetObject", "GET /k/l\nhost: my.logs.s3.localhost:4700"),
        ("GetObject", "GET /b/k\nrange: bytes=0-9\nif-modified-since: yesterday"),
        ("GetObject", "GET /b/k\nif-modified-since: Fri, 20 Nov 2026 08:00:00 GMT"),
        ("GetObject", "GET /b/%ff"),
        ("ListObjectsV2", "GET /b/?list-type=2&prefix=a%2Fb&max-keys=5&start-after=a+b"),
        ("ListObjectsV2", "GET /b?list-type=2&max-keys=many"),
        ("ListObjectsV2", "GET /b?list-type=2&prefix=a&prefix=b"),
        (
            "GetObjectAttributes",
            "GET /b/k?attributes\nx-amz-object-attributes: ETag\n\
             x-amz-object-attributes: ObjectSize,StorageClass",
        ),
        (
            "PutObject",
            "PUT /b/k\nx-amz-meta-a: 1\nx-amz-meta-B-c: zoë\nx-amz-meta-a: 2\nexpires: 0\n\
             x-amz-object-lock-retain-until-date: 2030-01-01T00:00:00Z",
        ),
        (
            "PutObject",
            "PUT /b/k\ncontent-encoding: gzip, aws-chunked\ncontent-length: 99\n\
             x-amz-decoded-content-length: 9",
        ),
        ("PutObject", "PUT /b/k\ncontent-encoding: aws-chunked"),
        // As presigned requests carry what a browser would not send.
        ("PutObject", "PUT /b/k?x-amz-meta-a=b%20c&X-Amz-Acl=private&content-type=text/plain"),
        ("PutObject", "PUT /b/k?x-amz-meta-a=b&x-amz-acl=private\nx-amz-meta-a: c"),
    ] {
        writeln!(out, "{}", decoded(operation, head, "")).unwrap();
    }
    expect![[r#"
        ([("Bucket", String("b")), ("Key", String("a//../../ä++ ")), ("VersionId", String("1"))])
        ([("Bucket", String("b")), ("Key", String("/"))])
        ([("Bucket", String("my.logs")), ("Key", String("k/l"))])
        ([("Bucket", String("b")), ("Key", String("k")), ("Range", String("bytes=0-9"))])
        ([("Bucket", String("b")), ("IfModifiedSince", Timestamp(2026-11-20T08:00:00Z)), ("Key", String("k"))])
        400 InvalidArgument: The request path is not UTF-8
        ([("Bucket", String("b")), ("MaxKeys", Integer(5)), ("Prefix", String("a/b")), ("StartAfter", String("a b"))])
        400 InvalidArgument: STRING_VALUE can not be converted to an Integer
        400 InvalidArgument: Duplicate query parameter 'prefix' in the request
        ([("Bucket", String("b")), ("Key", String("k")), ("ObjectAttributes", List([String("ETag"), String("ObjectSize"), String("StorageClass")]))])
        ([("Bucket", String("b")), ("Expires", String("0")), ("Key", String("k")), ("Metadata", Map(([("a", String("1,2")), ("b-c", String("zoë"))]))), ("ObjectLockRetainUntilDate", Timestamp(2030-01-01T00:00:00Z))])
        ([("Bucket", String("b")), ("ContentEncoding", String("gzip")), ("ContentLength", Integer(9)), ("Key", String("k"))])
        ([("Bucket", String("b")), ("Key", String("k"))])
        ([("ACL", String("private")), ("Bucket", String("b")), ("ContentType", String("text/plain")), ("Key", String("k")), ("Metadata", Map(([("a", String("b c"))])))])
        ([("ACL", String("private")), ("Bucket", String("b")), ("Key", String("k")), ("Metadata", Map(([("a", String("c"))])))])
    "#]].assert_eq(&out);
}

#[test]
fn raw_bodies() {
    let mut out = String::new();
    for (operation, head, body) in [
        ("PutObject", "PUT /b/k", "<a/>"),
        ("PutObject", "PUT /b/k", ""),
        ("PutBucketPolicy", "PUT /b?policy", r#"{"Statement": []} "#),
    ] {
        writeln!(out, "{}", decoded(operation, head, body)).unwrap();
    }
    expect![[r#"
        ([("Body", Blob([60, 97, 47, 62])), ("Bucket", String("b")), ("Key", String("k"))])
        ([("Bucket", String("b")), ("Key", String("k"))])
        ([("Policy", String("{\"Statement\": []} ")), ("Bucket", String("b"))])
    "#]]
    .assert_eq(&out);
}

#[test]
fn xml_bodies() {
    let mut out = String::new();
    for (operation, body) in [
        (
            "DeleteObjects",
            "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n<!-- x --><s3:Delete xmlns:s3='x'>\n\
             <s3:Object><Key> a&amp;b&#x20AC;<![CDATA[<c>]]></Key></s3:Object><Quiet> true </Quiet>\
             <Object><Key>d</Key><VersionId/></Object><New><a/>x</New></s3:Delete>\n",
        ),
        (
            "PutBucketAcl",
            "<AccessControlPolicy><AccessControlList><Grant><Grantee \
             xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='Group'><URI>u</URI>\
             </Grantee><Permission>READ</Permission></Grant></AccessControlList>\
             </AccessControlPolicy>",
        ),
        ("PutBucketTagging", "<Tagging><TagSet/></Tagging>"),
        (
            "PutBucketLifecycleConfiguration",
            "<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter><And><Prefix/><Tag>\
             <Key>k</Key><Value>v</Value></Tag></And></Filter><Expiration><Date>\
             2030-01-01T00:00:00.000Z</Date></Expiration></Rule></LifecycleConfiguration>",
        ),
    ] {
        writeln!(out, "{}", decoded(operation, "PUT /b", body)).unwrap();
    }
    expect![[r#"
        ([("Delete", Map(([("Objects", List([Map(([("Key", String(" a&b€<c>"))])), Map(([("Key", String("d")), ("VersionId", String(""))]))])), ("Quiet", Bool(true))]))), ("Bucket", String("b"))])
        ([("AccessControlPolicy", Map(([("Grants", List([Map(([("Grantee", Map(([("Type", String("Group")), ("URI", String("u"))]))), ("Permission", String("READ"))]))]))]))), ("Bucket", String("b"))])
        ([("Tagging", Map(([("TagSet", List([]))]))), ("Bucket", String("b"))])
        ([("LifecycleConfiguration", Map(([("Rules", List([Map(([("Status", String("Enabled")), ("Filter", Map(([("And", Map(([("Prefix", String("")), ("Tags", List([Map(([("Key", String("k")), ("Value", String("v"))]))]))])))]))), ("Expiration", Map(([("Date", Timestamp(2030-01-01T00:00:00Z))])))]))]))]))), ("Bucket", String("b"))])
    "#]].assert_eq(&out);
}

#[test]
fn broken_xml_is_refused() {
    let deep = format!("<Delete>{}{}</Delete>", "<a>".repeat(20), "</a>".repeat(20));
    let wide = format!("<Delete>{}</Delete>", "<Object><Key>a</Key></Object>".repeat(30));
    let mut out = String::new();
    for body in [
        "{}",
        "<Delete>",
        "<Other/>",
        "<Delete/>x",
        "<Delete/><Delete/>",
        "<Delete>text</Delete>",
        "<Delete><Quiet>true</Quiet><Quiet>true</Quiet></Delete>",
        "<Delete><Quiet>maybe</Quiet></Delete>",
        "<Delete><Quiet><a/></Quiet></Delete>",
        "<Delete></Object></Delete>",
        "<Delete>&more;</Delete>",
        "<Delete><Object><Key>&#0;</Key></Object></Delete>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><Delete/>",
        &deep,
        &wide,
    ] {
        writeln!(out, "{}", decoded("DeleteObjects", "POST /b?delete", body)).unwrap();
    }
    expect![[r"
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
        400 MalformedXML: The request is nested deeper than 8 levels.
        400 MalformedXML: The request holds more than 50 values.
    "]].assert_eq(&out);
}

fn time(text: &str) -> Value {
    Value::Timestamp(text.parse().unwrap())
}

#[test]
fn xml_answers() {
    let object = Members::new()
        .with("Key", Value::from("a&b"))
        .with("LastModified", time("2026-11-20T08:00:00Z"))
        .with("ETag", Value::from("\"e\""))
        .with("Size", Value::from(3));
    let output = Members::new()
        .with("IsTruncated", Value::Bool(false))
        .with("Contents", Value::from(vec![object.clone(), object]))
        .with("Name", Value::from("b"))
        .with("Prefix", Value::from(""))
        .with("RequestCharged", Value::from("requester"));
    encoded(
        "ListObjectsV2",
        &output,
        &expect![[r#"
        200
        x-amz-request-id: ID
        x-amz-id-2: HOST
        x-amz-request-charged: requester
        content-type: application/xml

        <?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated><Contents><Key>a&amp;b</Key><LastModified>2026-11-20T08:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>3</Size></Contents><Contents><Key>a&amp;b</Key><LastModified>2026-11-20T08:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>3</Size></Contents><Name>b</Name><Prefix></Prefix></ListBucketResult>"#]],
    );
    let grantee = Members::new().with("ID", Value::from("x")).with("Type", Value::from("Group"));
    let grant = Members::new().with("Grantee", Value::from(grantee));
    let output = Members::new().with("Grants", Value::from(vec![grant]));
    encoded(
        "GetBucketAcl",
        &output,
        &expect![[r#"
        200
        x-amz-request-id: ID
        x-amz-id-2: HOST
        content-type: application/xml

        <?xml version=\"1.0\" encoding=\"UTF-8\"?><AccessControlPolicy xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\"><ID>x</ID></Grantee></Grant></AccessControlList></AccessControlPolicy>"#]],
    );
    let place = Members::new().with("LocationConstraint", Value::from("eu-west-1"));
    encoded(
        "GetBucketLocation",
        &place,
        &expect![[r#"
        200
        x-amz-request-id: ID
        x-amz-id-2: HOST
        content-type: application/xml

        <?xml version=\"1.0\" encoding=\"UTF-8\"?><LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>"#]],
    );
    encoded(
        "GetBucketLocation",
        &Members::new(),
        &expect![[r#"
        200
        x-amz-request-id: ID
        x-amz-id-2: HOST
        content-type: application/xml

        <?xml version=\"1.0\" encoding=\"UTF-8\"?><LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></LocationConstraint>"#]],
    );
    let result = Members::new().with("ETag", Value::from("\"e\""));
    let output = Members::new()
        .with("CopyObjectResult", Value::from(result))
        .with("VersionId", Value::from("v"));
    encoded(
        "CopyObject",
        &output,
        &expect![[r#"
        200
        x-amz-request-id: ID
        x-amz-id-2: HOST
        x-amz-version-id: v
        content-type: application/xml

        <?xml version=\"1.0\" encoding=\"UTF-8\"?><CopyObjectResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><ETag>&quot;e&quot;</ETag></CopyObjectResult>"#]],
    );
}

#[test]
fn answers_without_xml() {
    encoded(
        "DeleteBucket",
        &Members::new(),
        &expect![[r"
        204
        x-amz-request-id: ID
        x-amz-id-2: HOST

    "]],
    );
    encoded(
        "PutBucketPolicy",
        &Members::new(),
        &expect![[r"
        204
        x-amz-request-id: ID
        x-amz-id-2: HOST

    "]],
    );
    encoded(
        "PutBucketVersioning",
        &Members::new(),
        &expect![[r"
        200
        x-amz-request-id: ID
        x-amz-id-2: HOST

    "]],
    );
    let policy = Members::new().with("Policy", Value::from("{}"));
    encoded(
        "GetBucketPolicy",
        &policy,
        &expect![[r"
        200
        x-amz-request-id: ID
        x-amz-id-2: HOST
        content-type: application/json

        {}"]],
    );
    let mut metadata = Members::new();
    metadata.push("Plain".to_owned(), Value::from("1"));
    metadata.push("far".to_owned(), Value::from("zoë"));
    let output = Members::new()
        .with("AcceptRanges", Value::from("bytes"))
        .with("LastModified", time("2026-11-20T08:00:00.551Z"))
        .with("ContentLength", Value::from(10))
        .with("ContentType", Value::from("text/plain"))
        .with("ObjectLockRetainUntilDate", time("2026-11-20T08:00:00Z"))
        .with("Metadata", Value::from(metadata));
    encoded(
        "GetObject",
        &output,
        &expect![[r"
        200
        x-amz-request-id: ID
        x-amz-id-2: HOST
        accept-ranges: bytes
        last-modified: Fri, 20 Nov 2026 08:00:00 GMT
        content-length: 10
        content-type: text/plain
        x-amz-meta-plain: 1
        x-amz-meta-far: =?UTF-8?B?em/Dqw==?=
        x-amz-object-lock-retain-until-date: 2026-11-20T08:00:00Z

    "]],
    );
    let output = output.with("ContentRange", Value::from("bytes 0-9/20"));
    let output = output.with("Body", Value::Blob(b"0123456789".to_vec()));
    encoded(
        "GetObject",
        &output,
        &expect![[r"
        206
        x-amz-request-id: ID
        x-amz-id-2: HOST
        accept-ranges: bytes
        last-modified: Fri, 20 Nov 2026 08:00:00 GMT
        content-length: 10
        content-range: bytes 0-9/20
        content-type: text/plain
        x-amz-meta-plain: 1
        x-amz-meta-far: =?UTF-8?B?em/Dqw==?=
        x-amz-object-lock-retain-until-date: 2026-11-20T08:00:00Z

        0123456789"]],
    );
}

#[test]
fn faults() {
    let missing = Fault::new("NoSuchKey", "The specified key does not exist.");
    fault(
        &missing.with_member("Key", "a<b"),
        &expect![[r#"
        404
        x-amz-request-id: ID
        x-amz-id-2: HOST
        content-type: application/xml

        <?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a&lt;b</Key><RequestId>ID</RequestId><HostId>HOST</HostId></Error>"#]],
    );
    let marker = Fault::new("NoSuchKey", "x").with_member("DeleteMarker", true);
    fault(
        &marker.with_member("MarkerVersionId", "v"),
        &expect![[r#"
        404
        x-amz-request-id: ID
        x-amz-id-2: HOST
        x-amz-delete-marker: true
        x-amz-version-id: v
        content-type: application/xml

        <?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>NoSuchKey</Code><Message>x</Message><RequestId>ID</RequestId><HostId>HOST</HostId></Error>"#]],
    );
    let same = Fault::new("NotModified", "x").with_member("ETag", "\"e\"");
    let same = same.with_member("LastModified", time("2026-11-20T08:00:00Z"));
    fault(
        &same,
        &expect![[r#"
        304
        x-amz-request-id: ID
        x-amz-id-2: HOST
        etag: "e"
        last-modified: Fri, 20 Nov 2026 08:00:00 GMT

    "#]],
    );
    let other = Fault::new("SomethingElse", "x").with_status(418);
    fault(
        &other,
        &expect![[r#"
        418
        x-amz-request-id: ID
        x-amz-id-2: HOST
        content-type: application/xml

        <?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SomethingElse</Code><Message>x</Message><RequestId>ID</RequestId><HostId>HOST</HostId></Error>"#]],
    );
}
