//! What is refused and why, and the examples that AWS publishes.

mod matrix;
mod replay;
mod streaming;

use http::Request;
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};

use super::{Claim, Credentials, Keys, PathStyle, Refusal, Rules, Signer, stamp, verify};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn credentials() -> Credentials {
    Credentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: SECRET.to_owned(),
        session_token: None,
    }
}

fn at(text: &str) -> Timestamp {
    stamp::parse(text).unwrap()
}

fn now() -> Timestamp {
    at("20261120T080000Z")
}

fn head(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let builder = Request::builder().method(method).uri(uri);
    let builder =
        headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    builder.body(()).unwrap().into_parts().0
}

/// Returns a call as our own client signs it, with these headers more.
fn signed(headers: &[(&str, &str)], body: &[u8]) -> Parts {
    signed_by(&credentials(), headers, body)
}

fn signed_by(credentials: &Credentials, headers: &[(&str, &str)], body: &[u8]) -> Parts {
    let mut all = vec![("host", "127.0.0.1:4580")];
    all.extend(headers);
    let mut parts = head("POST", "/", &all);
    let signer = Signer {
        credentials,
        region: "us-east-1",
        service: "cloudtrail",
        path_style: PathStyle::Normalized,
    };
    parts.headers.extend(signer.sign(&parts, body, now()).unwrap());
    parts
}

fn proven(parts: &Parts, body: &[u8], now: Timestamp, rules: &Rules) -> Result<Vec<u8>, Refusal> {
    let claim = Claim::read(parts)?;
    let verified = verify(&claim, parts, body, SECRET, &Keys::new(8), now, rules)?;
    Ok(verified.body.into_owned())
}

fn refused(parts: &Parts, body: &[u8]) -> String {
    proven(parts, body, now(), &Rules::API).unwrap_err().to_string()
}

fn set(parts: &mut Parts, name: &'static str, value: &str) {
    parts.headers.insert(name, value.parse().unwrap());
}

#[test]
fn what_we_sign_we_accept() {
    let parts = signed(&[("x-amz-target", "CloudTrail_20131101.LookupEvents")], b"{}");
    assert_eq!(proven(&parts, b"{}", now(), &Rules::API), Ok(b"{}".to_vec()));
    let claim = Claim::read(&parts).unwrap();
    assert_eq!(claim.check_service("cloudtrail"), Ok(()));
    assert_eq!(
        claim.check_service("iam").unwrap_err().to_string(),
        "Credential should be scoped to correct service: 'iam'. "
    );
}

#[test]
fn another_secret_body_or_header_is_a_mismatch() {
    let mut parts = signed(&[("x-amz-target", "CloudTrail_20131101.LookupEvents")], b"{}");
    let claim = Claim::read(&parts).unwrap();
    let keys = Keys::new(8);
    let with = |secret| verify(&claim, &parts, b"{}", secret, &keys, now(), &Rules::API);
    assert_eq!(with("another secret"), Err(Refusal::Mismatch));
    assert!(with(SECRET).is_ok());
    // A remembered key answers to its own secret only.
    assert_eq!(with("another secret"), Err(Refusal::Mismatch));
    assert_eq!(proven(&parts, b"{ }", now(), &Rules::API), Err(Refusal::Mismatch));
    set(&mut parts, "x-amz-target", "CloudTrail_20131101.DeleteTrail");
    assert_eq!(proven(&parts, b"{}", now(), &Rules::API), Err(Refusal::Mismatch));
}

#[test]
fn clocks_may_differ_by_the_limit_and_no_more() {
    let parts = signed(&[], b"");
    let after = |secs, rules: &Rules| {
        let now = now().checked_add(SignedDuration::from_secs(secs)).unwrap();
        proven(&parts, b"", now, rules)
    };
    for (rules, limit) in [(Rules::API, 300), (Rules { skew_secs: 900, ..Rules::API }, 900)] {
        for secs in [-limit, 0, limit] {
            assert!(after(secs, &rules).is_ok(), "{secs}");
        }
        assert!(matches!(after(limit + 1, &rules), Err(Refusal::Expired { .. })));
        assert!(matches!(after(-limit - 1, &rules), Err(Refusal::NotYetCurrent { .. })));
    }
}

#[test]
fn all_that_is_lacking_is_named() {
    let told = |header: &str, dated: bool| {
        let mut parts = head("POST", "/", &[("host", "localhost"), ("authorization", header)]);
        if dated {
            set(&mut parts, "x-amz-date", "20261120T080000Z");
        }
        refused(&parts, b"")
    };
    expect_test::expect![[r"
        Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=YI2YWea8FSxnksZL2ETHbs5elHm9HQufxTLK0W0ffV0=
        Authorization header requires 'Signature' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=jOKAI4B63xT4DVDoUT+5mTBNQxho/nGWZSkaXc+9P/g=
        Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'scQrPOEYCTvGVr8W57h+BpQDoYJG0uo208ZnhQy1vaE='.
        Authorization header gives 'Signature' twice.
        Unsupported AWS 'algorithm': 'Basic'. Sign with AWS4-HMAC-SHA256.
        Signature Version 2 is not supported: sign with AWS4-HMAC-SHA256.
        Unsupported AWS 'algorithm'. Sign with AWS4-HMAC-SHA256.
        Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'
        Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. 
        Credential should be scoped to a valid Region. 
        SignedHeaders must be lower-case names in order, each once, joined by ';'.
    "]]
    .assert_eq(&lines(&[
        told("AWS4-HMAC-SHA256", false),
        told("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host", true),
        told("AWS4-HMAC-SHA256 Credential", true),
        told("AWS4-HMAC-SHA256 Signature=1, Signature=1", true),
        told("Basic dXNlcjpwYXNz", true),
        told("AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=", true),
        told("wJalrXUtnFEMI", true),
        told("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=1", true),
        told("AWS4-HMAC-SHA256 Credential=a/b/c/d/aws5, SignedHeaders=host, Signature=1", true),
        told("AWS4-HMAC-SHA256 Credential=a/b//d/aws5, SignedHeaders=host, Signature=1", true),
        told(
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host;date, Signature=1",
            true,
        ),
    ]));
}

fn lines(texts: &[String]) -> String {
    texts.iter().flat_map(|text| [text, "\n"]).collect()
}

#[test]
fn older_and_other_ways_to_sign_are_refused_by_name() {
    for (uri, expected) in [
        ("/", "Missing Authentication Token"),
        ("/?AWSAccessKeyId=AKIA&Signature=x&Expires=1", "Signature Version 2 is not supported"),
        ("/?Action=GetUser&SignatureVersion=2", "Signature Version 2 is not supported"),
    ] {
        let told = refused(&head("GET", uri, &[("host", "localhost")]), b"");
        assert!(told.starts_with(expected), "{told}");
    }
}

#[test]
fn what_matters_must_be_signed() {
    let unsigned = |name: &'static str, value: &str| {
        let mut parts = signed(&[], b"");
        set(&mut parts, name, value);
        proven(&parts, b"", now(), &Rules::API)
    };
    for name in ["x-amz-target", "x-amz-security-token", "x-amz-acl", "x-amz-meta-a"] {
        assert_eq!(unsigned(name, "a"), Err(Refusal::HeaderNotSigned(name.to_owned())));
    }
    for name in ["x-amz-user-agent", "x-amzn-trace-id", "x-amz-cf-id", "user-agent", "accept"] {
        assert!(unsigned(name, "a").is_ok(), "{name}");
    }
    let mut parts = signed(&[], b"");
    let header = parts.headers.get("authorization").unwrap().to_str().unwrap();
    let header = header.replace("SignedHeaders=host;", "SignedHeaders=");
    set(&mut parts, "authorization", &header);
    assert_eq!(proven(&parts, b"", now(), &Rules::API), Err(Refusal::HostNotSigned));
}

#[test]
fn what_is_signed_must_be_there_and_once() {
    let mut parts = signed(&[("accept", "*/*")], b"");
    parts.headers.remove("accept");
    assert_eq!(proven(&parts, b"", now(), &Rules::API), Err(Refusal::Mismatch));
    for name in ["authorization", "host", "x-amz-date"] {
        let mut parts = signed(&[], b"");
        let value = parts.headers.get(name).unwrap().clone();
        parts.headers.append(name, value);
        assert_eq!(refused(&parts, b""), format!("The header '{name}' is given more than once."));
    }
}

#[test]
fn a_head_that_names_two_hosts_is_refused() {
    let mut parts = signed(&[], b"");
    parts.uri = "http://other.example/".parse().unwrap();
    assert_eq!(proven(&parts, b"", now(), &Rules::API), Err(Refusal::Mismatch));
    // HTTP/2 has the authority only.
    parts.uri = "http://127.0.0.1:4580/".parse().unwrap();
    parts.headers.remove("host");
    assert!(proven(&parts, b"", now(), &Rules::API).is_ok());
}

#[test]
fn a_path_that_means_another_is_refused() {
    let mut parts = signed(&[], b"");
    for path in ["//", "/.", "/a/.."] {
        parts.uri = path.parse().unwrap();
        assert!(refused(&parts, b"").starts_with("The path must not hold"), "{path}");
    }
}

#[test]
fn scope_and_time_must_be_of_one_day() {
    let mut parts = signed(&[], b"");
    let header = parts.headers.get("authorization").unwrap().to_str().unwrap();
    let header = header.replace("/20261120/", "/20261119/");
    set(&mut parts, "authorization", &header);
    assert_eq!(
        refused(&parts, b""),
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
         HTTP: '20261119' != '20261120', from '20261120T080000Z'."
    );
}

#[test]
fn nothing_secret_is_printed() {
    let credentials =
        Credentials { session_token: Some("session-token".to_owned()), ..credentials() };
    let parts = signed_by(&credentials, &[], b"");
    let claim = Claim::read(&parts).unwrap();
    let keys = Keys::new(8);
    assert!(verify(&claim, &parts, b"", SECRET, &keys, now(), &Rules::API).is_ok());
    let printed = format!("{credentials:?} {claim:?} {keys:?}");
    for secret in [SECRET, "session-token", &claim.signature] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains("held: 1"), "{printed}");
}

#[test]
fn no_more_keys_are_held_than_twice_the_capacity() {
    let keys = Keys::new(2);
    for region in ["us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2"] {
        let credentials = credentials();
        let signer = Signer {
            credentials: &credentials,
            region,
            service: "iam",
            path_style: PathStyle::Normalized,
        };
        let mut parts = head("GET", "/", &[("host", "localhost")]);
        parts.headers.extend(signer.sign(&parts, b"", now()).unwrap());
        let claim = Claim::read(&parts).unwrap();
        assert!(verify(&claim, &parts, b"", "wrong", &keys, now(), &Rules::API).is_err());
        assert!(verify(&claim, &parts, b"", SECRET, &keys, now(), &Rules::API).is_ok());
    }
    assert_eq!(format!("{keys:?}"), "Keys { capacity: 2, held: 4, .. }");
}
