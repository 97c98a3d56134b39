//! SHA-256 and HMAC in the hexadecimal form in which signatures speak.

use aws_lc_rs::{constant_time, digest, hmac};

/// SHA-256 of nothing.
pub(super) const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Returns the SHA-256 of `bytes` in 64 lower-case hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// Returns the HMAC of `bytes` in 64 lower-case hexadecimal digits.
pub(super) fn hmac(key: &hmac::Key, bytes: &[u8]) -> String {
    hex(hmac::sign(key, bytes).as_ref())
}

/// Returns whether two texts are equal, in a time that tells nothing of where they differ.
pub(super) fn equal(left: &str, right: &str) -> bool {
    constant_time::verify_slices_are_equal(left.as_bytes(), right.as_bytes()).is_ok()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).map_or('0', |digit| char::from(*digit));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_its_well_known_hash() {
        assert_eq!(sha256(b""), EMPTY);
    }
}
