//! The sums that S3 clients send of a body, and the proof that they hold.
//!
//! A sum travels in a header (`x-amz-checksum-crc32`, `Content-MD5`) or, for bodies in pieces, in a
//! trailer. CRCs are big-endian; all are base64. The XXHASH family is named by the model and not
//! made here.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use md5::{Digest as _, Md5};

use crate::Fault;

/// The reversed polynomial.
const CRC64NVME: u64 = 0x9a6c_9329_ac4b_c9b5;

/// A way to make a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// CRC-32 as in gzip: 4 bytes. What AWS's SDKs send unless told otherwise.
    Crc32,
    /// CRC-32C (Castagnoli): 4 bytes.
    Crc32c,
    /// CRC-64/NVME: 8 bytes.
    Crc64Nvme,
    /// SHA-1: 20 bytes.
    Sha1,
    /// SHA-256: 32 bytes.
    Sha256,
    /// SHA-512: 64 bytes.
    Sha512,
    /// MD5: 16 bytes.
    Md5,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::Md5,
    ];

    /// Returns the name that S3's members `ChecksumAlgorithm` hold.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
            Self::Md5 => "MD5",
        }
    }

    /// Returns the header or trailer that carries the sum.
    pub const fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha512 => "x-amz-checksum-sha512",
            Self::Md5 => "x-amz-checksum-md5",
        }
    }

    /// Returns the algorithm whose sum a header or trailer of this (lower-case) name carries.
    pub fn of_header(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.header() == name)
    }

    /// Returns how many bytes a sum has.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// Returns the sum of `body` as it travels: base64.
    pub fn sum(self, body: &[u8]) -> String {
        let sha = |algorithm| STANDARD.encode(digest::digest(algorithm, body));
        match self {
            Self::Crc32 => STANDARD.encode(crc32fast::hash(body).to_be_bytes()),
            Self::Crc32c => STANDARD.encode(crc32c::crc32c(body).to_be_bytes()),
            Self::Crc64Nvme => STANDARD.encode(crc64_nvme(body).to_be_bytes()),
            Self::Sha1 => sha(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            Self::Sha256 => sha(&digest::SHA256),
            Self::Sha512 => sha(&digest::SHA512),
            Self::Md5 => STANDARD.encode(Md5::digest(body)),
        }
    }
}

/// Proves what head and trailers say of a body; returns the sums that hold, `Content-MD5` apart.
///
/// Not for a `CompleteMultipartUpload`: its sums are those of the object that it makes.
///
/// # Errors
/// `BadDigest` when a sum is not the body's, `InvalidDigest` when `Content-MD5` is none at all,
/// `InvalidRequest` when a sum is none, when there are several or not the one that is announced,
/// `NotImplemented` for an algorithm that is not made here.
pub fn check_body(
    headers: &HeaderMap,
    trailers: &[(String, String)],
    body: &[u8],
) -> Result<Vec<(Algorithm, String)>, Fault> {
    check_md5(headers, body)?;
    let mut given = given(headers, trailers)?;
    let (Some((name, value)), another) = (given.pop(), given.pop()) else {
        return check_announced(headers);
    };
    if another.is_some() {
        return Err(invalid(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ));
    }
    let Some(algorithm) = Algorithm::of_header(name) else {
        let text = format!("Sums of the header {name} are not implemented.");
        return Err(Fault::new("NotImplemented", text).with_status(501));
    };
    if STANDARD.decode(value).map(|sum| sum.len()) != Ok(algorithm.bytes()) {
        return Err(invalid(&format!("Value for {name} header is invalid.")));
    }
    let sum = algorithm.sum(body);
    if sum != value {
        return Err(bad_digest(algorithm.name()));
    }
    Ok(vec![(algorithm, sum)])
}

fn check_md5(headers: &HeaderMap, body: &[u8]) -> Result<(), Fault> {
    let Some(given) = headers.get("content-md5") else { return Ok(()) };
    if STANDARD.decode(given.as_bytes()).map(|sum| sum.len()) != Ok(Algorithm::Md5.bytes()) {
        let text = "The Content-MD5 you specified was invalid.";
        return Err(Fault::new("InvalidDigest", text));
    }
    if Algorithm::Md5.sum(body).as_bytes() == given.as_bytes() {
        Ok(())
    } else {
        Err(bad_digest("Content-MD5"))
    }
}

/// Returns the names and values of sums; those of the object as a whole are none of the body.
fn given<'a>(
    headers: &'a HeaderMap,
    trailers: &'a [(String, String)],
) -> Result<Vec<(&'a str, &'a str)>, Fault> {
    let in_head = headers.iter().map(|(name, value)| {
        let value = std::str::from_utf8(value.as_bytes());
        value.map(|value| (name.as_str(), value)).map_err(|_| invalid("A header is not text."))
    });
    let behind = trailers.iter().map(|(name, value)| Ok((&**name, &**value)));
    in_head
        .filter(|pair| pair.as_ref().map_or(true, |(name, _)| is_sum(name)))
        .chain(behind.filter(|pair| pair.as_ref().map_or(true, |(name, _)| is_sum(name))))
        .collect()
}

fn is_sum(name: &str) -> bool {
    const OTHERS: [&str; 3] = ["algorithm", "mode", "type"];
    name.strip_prefix("x-amz-checksum-").is_some_and(|rest| !OTHERS.contains(&rest))
}

/// Refuses a request that announces a sum and has none.
fn check_announced(headers: &HeaderMap) -> Result<Vec<(Algorithm, String)>, Fault> {
    if !headers.contains_key("x-amz-sdk-checksum-algorithm") {
        return Ok(Vec::new());
    }
    Err(invalid(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or \
         x-amz-trailer headers were found.",
    ))
}

fn bad_digest(what: &str) -> Fault {
    let text = format!("The {what} you specified did not match the calculated checksum.");
    Fault::new("BadDigest", text)
}

fn invalid(text: &str) -> Fault {
    Fault::new("InvalidRequest", text)
}

/// Returns the reflected CRC whose bits are all set before and flipped behind.
fn crc64_nvme(body: &[u8]) -> u64 {
    let table = table(CRC64NVME);
    let sum = body.iter().fold(u64::MAX, |sum, byte| {
        let at = usize::from(sum.to_le_bytes()[0] ^ byte);
        table.get(at).copied().unwrap_or_default() ^ (sum >> 8)
    });
    !sum
}

fn table(polynomial: u64) -> Vec<u64> {
    let step = |sum: u64| if sum & 1 == 1 { (sum >> 1) ^ polynomial } else { sum >> 1 };
    (0..256).map(|byte| (0..8).fold(byte, |sum, _| step(sum))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_published_ones() {
        // The check values of the CRC catalogue, over "123456789".
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32c::crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc64_nvme(b"123456789"), 0xae8b_1486_0a79_9888);
        for algorithm in Algorithm::ALL {
            let sum = STANDARD.decode(algorithm.sum(b"hello")).unwrap();
            assert_eq!(sum.len(), algorithm.bytes());
            assert_eq!(Algorithm::of_header(algorithm.header()), Some(algorithm));
        }
        assert_eq!(Algorithm::Crc32.sum(b"hello"), "NhCmhg==");
        assert_eq!(Algorithm::Md5.sum(b""), "1B2M2Y8AsgTpgAmY7PhCfg==");
    }

    fn told(headers: &[(&'static str, &str)], trailers: &[(&str, &str)], body: &[u8]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let trailers: Vec<_> =
            trailers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        match check_body(&map, &trailers, body) {
            Ok(sums) => format!("{sums:?}"),
            Err(fault) => format!("{} {}", fault.status, fault.code),
        }
    }

    #[test]
    fn a_sum_holds_for_its_body_only() {
        let crc32 = ("x-amz-checksum-crc32", "NhCmhg==");
        let announced = ("x-amz-sdk-checksum-algorithm", "CRC32");
        let held = r#"[(Crc32, "NhCmhg==")]"#;
        assert_eq!(told(&[crc32, announced], &[], b"hello"), held);
        assert_eq!(told(&[announced], &[crc32], b"hello"), held);
        assert_eq!(told(&[], &[], b"hello"), "[]");
        let kind = ("x-amz-checksum-type", "FULL_OBJECT");
        assert_eq!(told(&[kind, ("x-amz-checksum-mode", "ENABLED")], &[], b"hello"), "[]");
        assert_eq!(told(&[crc32], &[], b"hellO"), "400 BadDigest");
        assert_eq!(told(&[], &[crc32], b""), "400 BadDigest");
        assert_eq!(told(&[("x-amz-checksum-crc32", "x")], &[], b""), "400 InvalidRequest");
        assert_eq!(told(&[("x-amz-checksum-sha1", "NhCmhg==")], &[], b""), "400 InvalidRequest");
        assert_eq!(told(&[crc32, crc32], &[], b"hello"), "400 InvalidRequest");
        assert_eq!(told(&[crc32], &[crc32], b"hello"), "400 InvalidRequest");
        assert_eq!(told(&[announced], &[], b"hello"), "400 InvalidRequest");
        assert_eq!(told(&[("x-amz-checksum-xxhash3", "x")], &[], b""), "501 NotImplemented");
    }

    #[test]
    fn content_md5_is_proven_too() {
        let md5 = ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==");
        assert_eq!(told(&[md5], &[], b""), "[]");
        assert_eq!(told(&[md5], &[], b"a"), "400 BadDigest");
        assert_eq!(told(&[("content-md5", "x")], &[], b""), "400 InvalidDigest");
        assert_eq!(told(&[("content-md5", "NhCmhg==")], &[], b""), "400 InvalidDigest");
    }
}
