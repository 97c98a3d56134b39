//! Passes string literals, eight bytes at a time.

use super::{Fault, Scanner, Step, What};

impl Scanner<'_> {
    /// Passes a string from its opening quote on; returns whether there is an escape in it.
    pub(super) fn string(&mut self) -> Step<bool> {
        let mut is_escaped = false;
        let mut at = self.at + 1;
        loop {
            at += plain(self.bytes.get(at..).unwrap_or_default());
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(is_escaped);
                }
                Some(b'\\') => {
                    is_escaped = true;
                    at += self.escape(at)?;
                }
                Some(_) => return Err(Fault { at, what: What::Expected("no control character") }),
                None => return Err(Fault { at, what: What::End }),
            }
        }
    }

    /// Returns the length of the escape at `at`.
    fn escape(&self, at: usize) -> Step<usize> {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
            Some(b'u') => {
                let digits = self.bytes.get(at + 2..at + 6).unwrap_or_default();
                if digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit) {
                    return Ok(6);
                }
                Err(Fault { at, what: What::Expected("four hexadecimal digits") })
            }
            Some(_) => Err(Fault { at, what: What::Expected("an escape that JSON has") }),
            None => Err(Fault { at, what: What::End }),
        }
    }
}

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// Returns how many bytes stand before the first quote, backslash or control character.
fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (word, at) in words.iter().zip((0..).step_by(8)) {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            return at + (special.trailing_zeros() / 8) as usize;
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    words.len() * 8 + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Sets the high bit of each byte that ends a plain run; only the lowest one set is sure to be
/// right, as a borrow may set others above it.
fn special(word: u64) -> u64 {
    let has = |byte: u8| {
        let other = word ^ (ONES * u64::from(byte));
        other.wrapping_sub(ONES) & !other
    };
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (has(b'"') | has(b'\\') | control) & HIGHS
}

#[cfg(test)]
mod tests {
    use super::plain;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_special_byte_is_found(
            mut bytes in prop::collection::vec(any::<u8>(), 0..64),
            plain_to in 0usize..64,
        ) {
            for byte in bytes.iter_mut().take(plain_to) {
                *byte |= 0x80;
            }
            let one_by_one = bytes
                .iter()
                .position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\')
                .unwrap_or(bytes.len());
            prop_assert_eq!(plain(&bytes), one_by_one);
        }
    }
}
