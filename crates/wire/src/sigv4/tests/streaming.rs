//! Bodies in pieces: the two examples of the S3 documentation, and those examples broken.

use super::{SECRET, at, head};
use crate::sigv4::{Claim, Keys, Refusal, Rules, Verified, verify};
use http::request::Parts;

const CREDENTIAL: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
const CHUNKS: [&str; 3] = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
];
const TRAILED_CHUNKS: [&str; 3] = [
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
];
const TRAILER: &str = "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:\
    d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n";

/// The example without trailers.
fn example() -> (Parts, Vec<u8>) {
    let authorization = format!(
        "{CREDENTIAL},SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;\
         x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,\
         Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    );
    let parts = head(
        "PUT",
        "/examplebucket/chunkObject.txt",
        &[
            ("host", "s3.amazonaws.com"),
            ("x-amz-date", "20130524T000000Z"),
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ("authorization", &authorization),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "66560"),
            ("content-length", "66824"),
        ],
    );
    (parts, body(CHUNKS, ""))
}

/// The example with a trailing check sum.
fn trailed_example() -> (Parts, Vec<u8>) {
    let authorization = format!(
        "{CREDENTIAL},SignedHeaders=content-encoding;host;x-amz-content-sha256;\
         x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,\
         Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
    );
    let parts = head(
        "PUT",
        "/examplebucket/chunkObject.txt",
        &[
            ("host", "s3.amazonaws.com"),
            ("x-amz-date", "20130524T000000Z"),
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ("authorization", &authorization),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "66560"),
            ("x-amz-trailer", "x-amz-checksum-crc32c"),
        ],
    );
    (parts, body(TRAILED_CHUNKS, TRAILER))
}

fn body(signatures: [&str; 3], trailer: &str) -> Vec<u8> {
    let [first, second, last] = signatures;
    let (large, small) = ("a".repeat(65536), "a".repeat(1024));
    format!(
        "10000;chunk-signature={first}\r\n{large}\r\n400;chunk-signature={second}\r\n{small}\r\n\
         0;chunk-signature={last}\r\n{trailer}\r\n"
    )
    .into_bytes()
}

fn opened<'b>(parts: &Parts, body: &'b [u8]) -> Result<Verified<'b>, Refusal> {
    let claim = Claim::read(parts)?;
    verify(&claim, parts, body, SECRET, &Keys::new(8), at("20130524T000000Z"), &Rules::S3)
}

fn replaced(body: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(body).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn the_documented_examples_are_proven() {
    let (parts, body) = example();
    assert_eq!(opened(&parts, &body).unwrap().body.len(), 66560);
    let (parts, body) = trailed_example();
    let verified = opened(&parts, &body).unwrap();
    assert_eq!(*verified.body, *"a".repeat(66560).into_bytes());
    let sum = ("x-amz-checksum-crc32c".to_owned(), "sOO8/Q==".to_owned());
    assert_eq!(verified.trailers, [sum]);
}

#[test]
fn every_broken_piece_is_refused() {
    let (parts, body) = example();
    let [first, second, last] = CHUNKS;
    let short = &body[..body.len() - 2];
    let long = [&body[..], b"x"].concat();
    for broken in [
        replaced(&body, first, second),
        replaced(&body, "aaaa", "aaab"),
        replaced(&body, last, first),
        replaced(&body, "10000;", "ffff;"),
        replaced(&body, "10000;", "fffffffffffffffff;"),
        replaced(&body, "10000;", "ffffffffffffffff;"),
        replaced(&body, "10000;", ";"),
        replaced(&body, "10000;", "+10000;"),
        replaced(&body, &format!(";chunk-signature={first}"), ""),
        replaced(&body, "chunk-signature", "chunk-signatura"),
        replaced(&body, &format!("0;chunk-signature={last}\r\n"), ""),
        short.to_vec(),
        long,
        Vec::new(),
    ] {
        assert!(opened(&parts, &broken).is_err());
    }
}

#[test]
fn every_broken_trailer_is_refused() {
    let (parts, body) = trailed_example();
    for broken in [
        replaced(&body, "sOO8/Q==", "sOO8/A=="),
        replaced(&body, "crc32c:", "crc32:"),
        replaced(&body, "d81f82fc", "d81f82fd"),
        replaced(&body, "x-amz-trailer-signature", "x-amz-trailer-signatura"),
        replaced(&body, TRAILER, ""),
        replaced(&body, "x-amz-checksum-crc32c:sOO8/Q==\r\n", ""),
    ] {
        assert!(opened(&parts, &broken).is_err());
    }
}

#[test]
fn a_length_that_is_not_true_is_refused() {
    let announced = |length: Option<&str>, body: &str| {
        let mut headers = http::HeaderMap::new();
        if let Some(length) = length {
            headers.insert("x-amz-decoded-content-length", length.parse().unwrap());
        }
        crate::sigv4::chunks::decode(body.as_bytes(), None, true, &headers).map(|it| it.body.len())
    };
    let body = "3\r\nabc\r\n0\r\n\r\n";
    assert_eq!(announced(Some("3"), body), Ok(3));
    for length in [None, Some("2"), Some("4"), Some("-1"), Some("+3"), Some("")] {
        assert!(announced(length, body).is_err(), "{length:?}");
    }
    for body in ["3;x=1\r\nabc\r\n0\r\n\r\n", "3;chunk-signature=1\r\nabc\r\n0\r\n\r\n"] {
        assert!(announced(Some("3"), body).is_err(), "{body}");
    }
}
