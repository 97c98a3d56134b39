//! What holds for any request: what is signed is accepted, what is changed is not, and no bytes
//! whatever make a parser panic.

use std::sync::Arc;

use http::Request;
use http::request::Parts;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use wire::model::Models;
use wire::route::Router;
use wire::sigv4::{Claim, Credentials, Keys, PathStyle, Rules, Signer, verify};

#[derive(Debug, Clone)]
struct Call {
    method: String,
    uri: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn call() -> impl Strategy<Value = Call> {
    let parts = (
        "[A-Z]{3,7}",
        "(/[a-zA-Z0-9%:@_~-][a-zA-Z0-9%:@._~-]{0,8}){1,4}/?",
        "[a-zA-Z0-9%+=&~]{0,30}",
    );
    let header = ("x-[b-z]{1,8}", "[ -~]{0,20}");
    (parts, vec(header, 0..4), vec(any::<u8>(), 0..200)).prop_map(
        |((method, path, query), headers, body)| Call {
            method,
            uri: format!("{path}?{query}"),
            headers,
            body,
        },
    )
}

fn parts(call: &Call) -> Parts {
    let builder = Request::builder().method(&*call.method).uri(&*call.uri).header("host", "a:1");
    let builder = call
        .headers
        .iter()
        .fold(builder, |builder, (name, value)| builder.header(name, value.trim()));
    builder.body(()).unwrap().into_parts().0
}

fn credentials() -> Credentials {
    Credentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "secret".to_owned(),
        session_token: Some("token".to_owned()),
    }
}

fn signed(call: &Call, path_style: PathStyle) -> Parts {
    let credentials = credentials();
    let (region, service) = ("us-east-1", "iam");
    let signer = Signer { credentials: &credentials, region, service, path_style };
    let mut parts = parts(call);
    for (name, value) in &signer.sign(&parts, &call.body, Timestamp::UNIX_EPOCH).unwrap() {
        parts.headers.insert(name, value.clone());
    }
    parts
}

fn accepted(parts: &Parts, body: &[u8], rules: &Rules) -> bool {
    Claim::read(parts).is_ok_and(|claim| {
        let keys = Keys::new(1);
        verify(&claim, parts, body, "secret", &keys, Timestamp::UNIX_EPOCH, rules).is_ok()
    })
}

fn presigned(rules: &Rules) -> Rules {
    Rules { presigned: true, ..*rules }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_signed_is_accepted_in_both_styles_and_places(call in call()) {
        for (style, rules) in [(PathStyle::Normalized, Rules::API), (PathStyle::Verbatim, Rules::S3)] {
            prop_assert!(accepted(&signed(&call, style), &call.body, &rules));
            let credentials = credentials();
            let signer = Signer { credentials: &credentials, region: "r", service: "s", path_style: style };
            let mut parts = parts(&call);
            parts.uri = signer.presign(&parts, 60, Timestamp::UNIX_EPOCH).parse().unwrap();
            prop_assert!(accepted(&parts, b"", &presigned(&rules)));
        }
    }

    #[test]
    fn no_byte_of_body_or_claim_may_change(call in call(), at in any::<Index>(), bit in 0..7_u32) {
        let mut parts = signed(&call, PathStyle::Normalized);
        if !call.body.is_empty() {
            let mut body = call.body.clone();
            *at.get_mut(&mut body) ^= 1 << bit;
            prop_assert!(!accepted(&parts, &body, &Rules::API));
        }
        let (kept, mut claim) = split(&parts);
        *at.get_mut(&mut claim) ^= 1 << bit;
        let changed = [kept.as_bytes(), &claim].concat();
        if let Ok(value) = http::HeaderValue::from_bytes(&changed) {
            parts.headers.insert("authorization", value);
            prop_assert!(!accepted(&parts, &call.body, &Rules::API));
        }
    }

    #[test]
    fn no_claim_makes_a_parser_panic(
        claim in "AWS4-HMAC-SHA256 (Credential=[a-z0-9/]{0,20}|,|=| |SignedHeaders=[a-z;]{0,9}|Signature=.{0,9}){0,6}",
        query in "(X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature)=[A-Za-z0-9/%-]{0,20}&){0,7}",
        date in "[0-9TZ]{0,17}",
    ) {
        let mut parts = parts(&bare("POST", &format!("/?{query}")));
        accepted(&parts, b"", &Rules::S3);
        if let (Ok(claim), Ok(date)) = (claim.parse(), date.parse()) {
            parts.headers.insert("authorization", claim);
            parts.headers.insert("x-amz-date", date);
            accepted(&parts, b"", &Rules::S3);
        }
    }

    #[test]
    fn no_chunks_make_a_parser_panic(body in "([0-9a-f]{0,3}|;chunk-signature=|\r\n|x-amz-checksum-crc32:|.){0,30}", length in 0..20_usize) {
        let mark = ("x-amz-content-sha256".to_owned(), "STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned());
        let announced = ("x-amz-decoded-content-length".to_owned(), length.to_string());
        let call = Call { method: "PUT".to_owned(), uri: "/".to_owned(), headers: vec![mark, announced], body: body.clone().into_bytes() };
        let parts = signed(&call, PathStyle::Normalized);
        let claim = Claim::read(&parts).unwrap();
        let rules = Rules { path_style: PathStyle::Normalized, ..Rules::S3 };
        let verified = verify(&claim, &parts, body.as_bytes(), "secret", &Keys::new(1), Timestamp::UNIX_EPOCH, &rules);
        if let Ok(verified) = verified {
            prop_assert_eq!(verified.body.len(), length);
        }
    }
}

#[test]
fn no_header_makes_a_parser_panic() {
    let router = Router::new(Arc::new(Models::built_in()));
    let names =
        "authorization|x-amz-(date|target|content-sha256)|date|content-type|host|smithy-protocol";
    let headers = vec((names, vec(any::<u8>(), 0..80)), 0..6);
    let anything = (headers, vec(any::<u8>(), 0..80));
    let judged = TestRunner::new(config()).run(&anything, |(headers, body)| {
        let mut parts = parts(&bare("POST", "/"));
        for (name, value) in &headers {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            if let Ok(value) = http::HeaderValue::from_bytes(value) {
                parts.headers.append(name, value);
            }
        }
        prop_assert!(!accepted(&parts, &body, &Rules::S3));
        prop_assert!(router.route(&parts, &body).is_err());
        Ok(())
    });
    judged.unwrap();
}

fn bare(method: &str, uri: &str) -> Call {
    let (method, uri) = (method.to_owned(), uri.to_owned());
    Call { method, uri, headers: Vec::new(), body: Vec::new() }
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// Splits the claim behind the access key, which is looked up and not signed.
fn split(parts: &Parts) -> (String, Vec<u8>) {
    let claim = parts.headers.get("authorization").unwrap().to_str().unwrap();
    let at = claim.find('/').unwrap() + 1;
    (claim[..at].to_owned(), claim.as_bytes()[at..].to_vec())
}
