//! Which names buckets and keys may have.

use wire::Fault;

use crate::fault;

/// The longest key, in bytes of UTF-8.
const KEY_BYTES_MAX: usize = 1024;

const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// Refuses a name that no bucket may have.
pub(crate) fn check_bucket(name: &str) -> Result<(), Fault> {
    if is_bucket(name) {
        return Ok(());
    }
    let fault = fault::fault(400, "InvalidBucketName", "The specified bucket is not valid.");
    Err(fault.with_member("BucketName", name))
}

fn is_bucket(name: &str) -> bool {
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
        && ends(bytes.first())
        && ends(bytes.last())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !RESERVED_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// Refuses a key that is too long.
pub(crate) fn check_key(key: &str) -> Result<(), Fault> {
    if key.len() <= KEY_BYTES_MAX {
        return Ok(());
    }
    Err(fault::fault(400, "KeyTooLongError", "Your key is too long")
        .with_member("Size", key.len().to_string())
        .with_member("MaxSizeAllowed", KEY_BYTES_MAX.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names_follow_the_published_rules() {
        let longest = "a".repeat(63);
        for name in ["abc", "a-b.c", "123", "1.2.3", "logs--x", &longest] {
            assert!(is_bucket(name), "{name}");
        }
        let too_long = "a".repeat(64);
        for name in [
            "ab",
            "Abc",
            "a_c",
            "-ab",
            "ab-",
            ".ab",
            "ab.",
            "a..b",
            "192.168.5.4",
            "xn--a",
            "sthree-a",
            "amzn-s3-demo-a",
            "a-s3alias",
            "a--ol-s3",
            "a.mrap",
            "a--x-s3",
            "a--table-s3",
            "a/b",
            "ä-b",
            "",
            &too_long,
        ] {
            assert_eq!(check_bucket(name).unwrap_err().code, "InvalidBucketName", "{name}");
        }
    }

    #[test]
    fn keys_are_measured_in_bytes() {
        assert!(check_key(&"ä".repeat(512)).is_ok());
        let fault = check_key(&"ä".repeat(513)).unwrap_err();
        assert_eq!(
            (fault.code.as_ref(), fault.members.string("Size")),
            ("KeyTooLongError", Some("1026"))
        );
    }
}
