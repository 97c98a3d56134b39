//! Where a signature is, how the body comes, and whether the signature is right: only right ones
//! in their right places pass.

use super::{SECRET, at, credentials, head, now};
use crate::sigv4::{Claim, Keys, PathStyle, Refusal, Rules, Signer, verify};
use http::request::Parts;
use jiff::SignedDuration;

const MARKS: [&str; 5] = [
    "",
    "UNSIGNED-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
];
const CHUNKED: &str = "3\r\nabc\r\n0\r\n\r\n";

fn signer(credentials: &crate::sigv4::Credentials) -> Signer<'_> {
    Signer { credentials, region: "us-east-1", service: "s3", path_style: PathStyle::Normalized }
}

/// Returns a PUT whose signature is in `places`, and whose body comes as `mark` says.
fn put(places: &str, mark: &str) -> (Parts, &'static [u8]) {
    let credentials = credentials();
    let body = if mark.starts_with("STREAMING") { CHUNKED } else { "abc" };
    let mut parts = head("PUT", "/bucket/key", &[("host", "localhost")]);
    if mark.starts_with("STREAMING") {
        parts.headers.insert("x-amz-decoded-content-length", "3".parse().unwrap());
    }
    if !mark.is_empty() {
        parts.headers.insert("x-amz-content-sha256", mark.parse().unwrap());
    }
    if places.contains("query") {
        let signer = Signer { path_style: PathStyle::Verbatim, ..signer(&credentials) };
        parts.uri = signer.presign(&parts, 60, now()).parse().unwrap();
    }
    if places.contains("header") {
        parts.headers.extend(signer(&credentials).sign(&parts, body.as_bytes(), now()).unwrap());
    }
    (parts, body.as_bytes())
}

fn accepted(parts: &Parts, body: &[u8], secret: &str, rules: &Rules) -> Result<(), Refusal> {
    let claim = Claim::read(parts)?;
    verify(&claim, parts, body, secret, &Keys::new(1), now(), rules).map(drop)
}

#[test]
fn only_what_the_rules_name_passes() {
    let all = Rules { path_style: PathStyle::Verbatim, ..Rules::S3 };
    let mut passed = Vec::new();
    for places in ["header", "query", "header and query", ""] {
        for mark in MARKS {
            let (parts, body) = put(places, mark);
            for (kind, secret) in [("right", SECRET), ("wrong", "another")] {
                if accepted(&parts, body, secret, &all).is_ok() {
                    passed.push(format!("{kind} {places} {mark}"));
                }
                assert!(places != "query" || accepted(&parts, body, secret, &Rules::API).is_err());
            }
        }
    }
    assert_eq!(
        passed,
        [
            "right header ",
            "right header UNSIGNED-PAYLOAD",
            "right header STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "right query ",
            "right query UNSIGNED-PAYLOAD"
        ]
    );
}

#[test]
fn a_presigned_request_lives_as_long_as_it_says() {
    let credentials = credentials();
    let outcome = |expires_secs: u32, after_secs: i64| {
        let mut parts = head("GET", "/bucket/key", &[("host", "localhost")]);
        let signer = Signer { path_style: PathStyle::Verbatim, ..signer(&credentials) };
        parts.uri = signer.presign(&parts, expires_secs, now()).parse().unwrap();
        let claim = Claim::read(&parts)?;
        let now = now().checked_add(SignedDuration::from_secs(after_secs)).unwrap();
        verify(&claim, &parts, b"", SECRET, &Keys::new(1), now, &Rules::S3).map(drop)
    };
    for (expires, after) in [(1, 0), (1, 1), (604_800, 604_800), (60, -900)] {
        assert_eq!(outcome(expires, after), Ok(()), "{expires} {after}");
    }
    assert_eq!(outcome(1, 2), Err(Refusal::PresignedExpired));
    assert_eq!(outcome(604_800, 604_801), Err(Refusal::PresignedExpired));
    assert!(matches!(outcome(60, -901), Err(Refusal::NotYetCurrent { .. })));
    for expires in [0, 604_801, u32::MAX] {
        assert!(matches!(outcome(expires, 0), Err(Refusal::Incomplete(_))), "{expires}");
    }
}

#[test]
fn a_presigned_request_with_odd_parameters_is_refused() {
    let credentials = credentials();
    let mut parts = head("GET", "/bucket/key", &[("host", "localhost")]);
    let signer = Signer { path_style: PathStyle::Verbatim, ..signer(&credentials) };
    let uri = signer.presign(&parts, 60, now());
    let mut told = |uri: String| {
        parts.uri = uri.parse().unwrap();
        accepted(&parts, b"", SECRET, &Rules::S3).map_err(|refusal| refusal.to_string())
    };
    assert_eq!(told(uri.clone()), Ok(()));
    let (path, query) = uri.split_once('?').unwrap();
    for parameter in query.split('&') {
        assert!(told(format!("{uri}&{parameter}")).unwrap_err().ends_with("is given twice."));
        let others: Vec<_> = query.split('&').filter(|other| *other != parameter).collect();
        let less = told(format!("{path}?{}", others.join("&"))).unwrap_err();
        let name = parameter.split('=').next().unwrap();
        assert!(less.contains(&format!("must include '{name}'")), "{less}");
    }
    for expires in ["-1", "+60", "6e1", "", "4294967296"] {
        let odd = uri.replace("X-Amz-Expires=60", &format!("X-Amz-Expires={expires}"));
        assert!(told(odd).unwrap_err().starts_with("X-Amz-Expires"));
    }
}

#[test]
fn a_session_token_may_be_signed_or_added_after() {
    let mut credentials = credentials();
    credentials.session_token = Some("token/+=".to_owned());
    let signer = signer(&credentials);
    let rules = Rules { presigned: true, ..Rules::API };
    let parts = head("GET", "/", &[("host", "localhost")]);
    let within = signer.presign(&parts, 60, now());
    let without = crate::sigv4::Credentials { session_token: None, ..credentials.clone() };
    let added = Signer { credentials: &without, ..signer }.presign(&parts, 60, now())
        + "&X-Amz-Security-Token=token%2F%2B%3D";
    for uri in [&within, &added] {
        let parts = head("GET", uri, &[("host", "localhost")]);
        assert_eq!(Claim::read(&parts).unwrap().session_token.as_deref(), Some("token/+="));
        assert_eq!(accepted(&parts, b"", SECRET, &rules), Ok(()));
    }
    let other = within.replace("token%2F", "tokem%2F");
    assert!(accepted(&head("GET", &other, &[("host", "localhost")]), b"", SECRET, &rules).is_err());
}

#[test]
fn a_date_header_stands_in_for_the_other() {
    let credentials = credentials();
    let mut parts = head("GET", "/", &[("host", "localhost")]);
    let added = signer(&credentials).sign(&parts, b"", at("20261120T080000Z")).unwrap();
    parts.headers.extend(added);
    let claim = Claim::read(&parts).unwrap();
    parts.headers.remove("x-amz-date");
    parts.headers.insert("date", "Fri, 20 Nov 2026 08:00:00 GMT".parse().unwrap());
    assert_eq!(Claim::read(&parts).unwrap(), claim);
}
