//! Amounts of usage, exactly.

use std::fmt;

use serde::{Deserialize, Serialize};

const MILLIONTHS: u64 = 1_000_000;
const WHOLE_DIGITS_MAX: usize = 10;
const DECIMAL_DIGITS_MAX: usize = 6;

/// An amount of usage in millionths: up to ten digits before the point and six behind it.
///
/// Equal by value however it was written: `17`, `"17.0"` and `"17.000000"` are one quantity. No
/// floating point is involved anywhere. Written out as the count of millionths.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Quantity(u64);

impl Quantity {
    /// Returns a quantity without decimals.
    pub const fn whole(units: u32) -> Self {
        Self(units as u64 * MILLIONTHS)
    }

    /// Returns the quantity that AWS's decimal text means; none for a sign, an exponent, a leading
    /// zero, more than ten digits before the point, or none or more than six behind it.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        if whole.len() > WHOLE_DIGITS_MAX || (whole.len() > 1 && whole.starts_with('0')) {
            return None;
        }
        let millionths = match decimals {
            None => 0,
            Some(digits) if digits.len() > DECIMAL_DIGITS_MAX => return None,
            Some(digits) => digits_value(digits)? * scale(DECIMAL_DIGITS_MAX - digits.len()),
        };
        Some(Self(digits_value(whole)? * MILLIONTHS + millionths))
    }

    /// Returns the amount in millionths.
    pub const fn millionths(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Quantity {
    /// Writes the shortest decimal text, such as `17` or `0.25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, millionths) = (self.0 / MILLIONTHS, self.0 % MILLIONTHS);
        if millionths == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{millionths:06}");
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

/// Returns the value of one to ten digits.
fn digits_value(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + u64::from(digit - b'0'))
    })
}

/// Returns ten to the power of `zeros`, at most six.
fn scale(zeros: usize) -> u64 {
    (0..zeros).fold(1, |value, _| value * 10)
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn texts_of_one_value_are_one_quantity() {
        for text in ["17", "17.0", "17.00", "17.000000"] {
            assert_eq!(Quantity::parse(text), Some(Quantity::whole(17)), "{text}");
        }
        assert_ne!(Quantity::parse("17.000001"), Some(Quantity::whole(17)));
    }

    #[test]
    fn the_edges_of_the_range_are_exact() {
        for (text, millionths) in [
            ("0", 0),
            ("0.000001", 1),
            ("0.1", 100_000),
            ("9999999999.999999", 9_999_999_999_999_999),
        ] {
            let quantity = Quantity::parse(text).expect(text);
            assert_eq!(quantity.millionths(), millionths);
            assert_eq!(quantity.to_string(), text);
        }
        assert_eq!(Quantity::whole(u32::MAX).to_string(), "4294967295");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "01",
            "00",
            "1e3",
            " 1",
            "1,5",
            "1.2.3",
            "1.0000000",
            "10000000000",
            "٣",
            "1.٣",
        ] {
            assert_eq!(Quantity::parse(text), None, "{text:?}");
        }
    }
}
