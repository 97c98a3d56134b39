//! The check sums that S3 clients send behind a body.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Reversed polynomials.
const CRC32: u64 = 0xedb8_8320;
const CRC32C: u64 = 0x82f6_3b78;
const CRC64NVME: u64 = 0x9a6c_9329_ac4b_c9b5;

/// Returns whether `value` is the sum of `body` that the header `name` asks for.
///
/// A sum that is not known here does not hold.
pub(super) fn holds(name: &str, value: &str, body: &[u8]) -> bool {
    sum(name, body).is_some_and(|sum| STANDARD.encode(sum) == value)
}

fn sum(name: &str, body: &[u8]) -> Option<Vec<u8>> {
    let crc32 = |polynomial| {
        let sum = crc(polynomial, u64::from(u32::MAX), body);
        u32::try_from(sum).map(|sum| sum.to_be_bytes().to_vec()).ok()
    };
    match name {
        "x-amz-checksum-crc32" => crc32(CRC32),
        "x-amz-checksum-crc32c" => crc32(CRC32C),
        "x-amz-checksum-crc64nvme" => Some(crc(CRC64NVME, u64::MAX, body).to_be_bytes().to_vec()),
        "x-amz-checksum-sha1" => {
            let sum = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, body);
            Some(sum.as_ref().to_vec())
        }
        "x-amz-checksum-sha256" => Some(digest::digest(&digest::SHA256, body).as_ref().to_vec()),
        _ => None,
    }
}

/// Returns a reflected CRC whose start and final mask are `mask`.
fn crc(polynomial: u64, mask: u64, body: &[u8]) -> u64 {
    let table = table(polynomial);
    let sum = body.iter().fold(mask, |sum, byte| {
        let at = usize::from(sum.to_le_bytes()[0] ^ byte);
        table.get(at).copied().unwrap_or_default() ^ (sum >> 8)
    });
    sum ^ mask
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
        for (polynomial, mask, expected) in [
            (CRC32, u64::from(u32::MAX), 0xcbf4_3926),
            (CRC32C, u64::from(u32::MAX), 0xe306_9283),
            (CRC64NVME, u64::MAX, 0xae8b_1486_0a79_9888),
        ] {
            assert_eq!(crc(polynomial, mask, b"123456789"), expected);
        }
    }

    #[test]
    fn a_sum_holds_for_its_body_only() {
        assert!(holds("x-amz-checksum-crc32", "AAAAAA==", b""));
        assert!(!holds("x-amz-checksum-crc32", "AAAAAA==", b"a"));
        assert!(!holds("x-amz-checksum-md4", "AAAAAA==", b""));
    }
}
